import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client'
import { expect, onTestFinished, test } from 'vitest'
import { startEmbeddedNode } from '../../../infrastructure/processes/index.ts'
import { isAlive, rememberingLogger } from './scripted-process.ts'

async function start(dataFolder: string) {
  const { logger, lines } = rememberingLogger()
  const node = await startEmbeddedNode({ dataFolder, logger })
  onTestFinished(() => node.stop())
  return Object.assign(node, { log: lines })
}

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'countroom-embedded-node-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

async function append(connectionString: string): Promise<number> {
  const client = EventStoreDBClient.connectionString(connectionString)
  try {
    const event = jsonEvent({ type: 'Happened', data: { what: 'something' } })
    const { nextExpectedRevision } = await client.appendToStream('a-stream', event)
    return Number(nextExpectedRevision)
  } finally {
    await client.dispose()
  }
}

test('the node is killed, comes back at the same address, and has what it acknowledged', async () => {
  const node = await start(await emptyFolder())
  expect(await append(node.connectionString)).toBe(0)
  const { pid } = node
  await node.kill9()
  expect(await isAlive(Number(pid))).toBe(false)

  await expect(node.whenReady()).resolves.toMatchObject({ port: node.port })
  expect(node.pid).not.toBe(pid)
  expect(await append(node.connectionString)).toBe(1)
})

test('it stops in order, and a start on the same folder finds everything', async () => {
  const folder = await emptyFolder()
  const first = await start(folder)
  await append(first.connectionString)
  await first.stop()
  expect(first.log.join('')).not.toContain('killed')

  const second = await start(folder)
  expect(await append(second.connectionString)).toBe(1)
})

test('a second start on a folder in use fails with the words of the node', async () => {
  const folder = await emptyFolder()
  const first = await start(folder)
  await expect(start(folder)).rejects.toThrow(/ended before it was ready \(exit code 1\)/)
  await expect(start(folder)).rejects.toThrow(folder)
  expect(await append(first.connectionString)).toBe(0)
})
