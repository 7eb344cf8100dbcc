import { UnavailableError } from '@eventstore/db-client'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { access } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type EventStoreNode, startEventStoreNode } from '../../support/event-store-node.ts'
import { clientOf, collect, numbered } from './client.ts'

const MAIN = fileURLToPath(
  new URL('../../../infrastructure/event-store-node/main.ts', import.meta.url),
)
const ARGS = ['--import', 'tsx', MAIN]

describe('the end of a node', () => {
  let node: EventStoreNode

  beforeEach(async () => {
    node = await startEventStoreNode()
  })

  afterEach(async () => {
    await node.stop()
  })

  it('in order answers what is under way and ends subscriptions as unavailable', async () => {
    const client = clientOf(node)
    const subscription = client.subscribeToAll()
    const errors: unknown[] = []
    let isCaughtUp = false
    subscription.on('caughtUp', () => {
      isCaughtUp = true
    })
    subscription.on('error', (error) => errors.push(error))
    subscription.on('data', () => undefined)
    await vi.waitFor(() => {
      expect(isCaughtUp).toBe(true)
    })
    const appends = Array.from({ length: 200 }, (_, index) =>
      client.appendToStream(`s-${index}`, numbered(1)).then(() => index),
    )
    const settled = Promise.allSettled(appends)
    await Promise.race(appends)
    await node.restart()
    await vi.waitFor(() => {
      expect(errors[0]).toBeInstanceOf(UnavailableError)
    })
    const acknowledged = (await settled).filter((result) => result.status === 'fulfilled')
    await client.dispose()
    const after = clientOf(node)
    for (const { value } of acknowledged) {
      expect(await collect(after.readStream(`s-${value}`))).toHaveLength(1)
    }
    await after.dispose()
    expect(node.log).not.toMatch(/"level":[56]0/)
  })

  it('is exit code 0, also with many clients connected', async () => {
    const clients = Array.from({ length: 5 }, () => clientOf(node))
    for (const client of clients) await client.appendToStream('stream', numbered(1))
    expect(await node.stop()).toBe(0)
    for (const client of clients) await client.dispose()
  })
})

describe('the program', () => {
  it.each([
    [['--node-port', 'x', '--db', 'y'], '--node-port must be a whole number'],
    [[], '--db is required'],
  ])('says what is wrong with its options, exit code 2: %j', (args, message) => {
    const { status, stderr, stdout } = spawnSync(process.execPath, [...ARGS, ...args], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] },
    })
    expect(status).toBe(2)
    expect(stderr).toContain(message)
    expect(stdout).toBe('')
  })

  it('says that its port is taken, exit code 1', async () => {
    const node = await startEventStoreNode()
    const args = [...ARGS, '--mem-db', '--node-port', String(node.port)]
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
    expect(status).toBe(1)
    expect(stderr).toContain(`cannot listen on 127.0.0.1:${node.port}`)
    await node.stop()
  })

  it('says in its log that it is insecure', async () => {
    const node = await startEventStoreNode()
    await vi.waitFor(() => {
      expect(node.log).toContain('insecure: no TLS')
    })
    await node.stop()
  })

  it('prints one line when ready, ends with its parent and removes a memory database', async () => {
    const args = [...ARGS, '--mem-db', '--node-port', '0', '--exit-with-parent']
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'ignore'] })
    const exited = once(child, 'exit')
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
    const ready = JSON.parse(line) as { db: string; port: number }
    expect(ready).toMatchObject({ ready: true, address: '127.0.0.1', pid: child.pid })
    await access(ready.db)
    child.stdin.end()
    expect(await exited).toEqual([0, null])
    await expect(access(ready.db)).rejects.toThrow('ENOENT')
  })
})
