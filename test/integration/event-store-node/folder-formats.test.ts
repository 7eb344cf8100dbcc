import { ANY, jsonEvent } from '@eventstore/db-client'
import { open, type RootDatabase } from 'lmdb'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type EventStoreNode, startEventStoreNode } from '../../support/event-store-node.ts'
import { clientOf, numbered, revisions } from './client.ts'

let db: string
let node: EventStoreNode

beforeEach(async () => {
  db = await mkdtemp(join(tmpdir(), 'event-store-format-'))
  node = await startEventStoreNode({ db })
})

afterEach(async () => {
  await node.stop()
  await rm(db, { recursive: true, force: true })
})

/** Changes the tables behind the node's back. */
async function whileStopped(change: (environment: RootDatabase) => Promise<void>): Promise<void> {
  await node.stop()
  const environment = open({ path: db, noSubdir: false, maxDbs: 8, overlappingSync: false })
  await change(environment)
  await environment.close()
}

async function setFormat(environment: RootDatabase, format: string): Promise<void> {
  const encodings = { encoding: 'binary', keyEncoding: 'binary' } as const
  const properties = environment.openDB<Buffer, Buffer>({ name: 'properties', ...encodings })
  await properties.put(Buffer.from('format'), Buffer.from(format))
}

describe('a data folder', () => {
  it('of the earlier format, with its table of event ids, opens and keeps its events', async () => {
    const events = numbered(3)
    const client = clientOf(node)
    const first = await client.appendToStream('stream', events, { expectedRevision: ANY })
    await client.dispose()
    await whileStopped(async (environment) => {
      await setFormat(environment, 'countroom-event-store-1')
      const ids = environment.openDB<Buffer, Buffer>({ name: 'event-ids', encoding: 'binary' })
      await ids.put(randomBytes(22), randomBytes(8))
    })
    for (let start = 0; start < 2; start += 1) {
      await node.restart()
      const again = clientOf(node)
      expect(await again.appendToStream('stream', events, { expectedRevision: ANY })).toEqual(first)
      expect(await revisions(again.readStream('stream'))).toEqual([0, 1, 2])
      await again.dispose()
    }
    await whileStopped((environment) => {
      expect(environment.doesExist('event-ids')).toBe(false)
      return Promise.resolve()
    })
  })

  it('of an unknown format is refused', async () => {
    await whileStopped((environment) => setFormat(environment, 'countroom-event-store-99'))
    await expect(node.restart()).rejects.toThrow("unknown format 'countroom-event-store-99'")
  })
})

describe('a retry that expects no revision', () => {
  it('is recognised within the bounds of the cache, over a restart too', async () => {
    const client = clientOf(node)
    const events = numbered(2)
    const data = { text: 'x'.repeat(500_000) }
    const first = await client.appendToStream('stream', events, { expectedRevision: ANY })
    for (let round = 0; round < 40; round += 1) {
      await client.appendToStream('big', jsonEvent({ type: 'Big', data }))
    }
    expect(await client.appendToStream('stream', events, { expectedRevision: ANY })).toEqual(first)
    for (let round = 0; round < 40; round += 1) {
      await client.appendToStream('big', jsonEvent({ type: 'Big', data }))
    }
    expect(await client.appendToStream('stream', events, { expectedRevision: ANY })).toEqual(first)
    await client.dispose()
    await node.restart()
    const again = clientOf(node)
    const asNew = await again.appendToStream('stream', events, { expectedRevision: ANY })
    expect(asNew.nextExpectedRevision).toBe(3n)
    await again.dispose()
  })
})
