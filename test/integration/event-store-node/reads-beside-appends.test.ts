import type { EventStoreDBClient } from '@eventstore/db-client'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ProposedEvent } from '../../../infrastructure/event-store-node/storage/record.ts'
import { ANY } from '../../../infrastructure/event-store-node/storage/revision.ts'
import { openStore } from '../../../infrastructure/event-store-node/storage/store.ts'
import { type EventStoreNode, startEventStoreNode } from '../../support/event-store-node.ts'
import { clientOf, collect, numbered, revisions } from './client.ts'
import { rawConnection, readOfTypes } from './raw-reads.ts'

const EVENTS = 120_000
const EVENTS_PER_APPEND = 4_000
const HOUR_SECONDS = 3_600
const LONG_AGO_MS = Date.UTC(2020, 0, 1)
const NOTHING = Buffer.alloc(0)

let db: string
let node: EventStoreNode
let client: EventStoreDBClient

beforeAll(async () => {
  db = await mkdtemp(join(tmpdir(), 'event-store-node-reads-'))
  await fillWithOldEvents()
  node = await startEventStoreNode({ db })
  client = clientOf(node)
}, 60_000)

afterAll(async () => {
  await client.dispose()
  await node.stop()
  await rm(db, { recursive: true, force: true })
})

/** Writes, by the storage alone, what was appended years ago. */
async function fillWithOldEvents(): Promise<void> {
  const store = await openStore({ folder: db, isDurable: false, nowMs: () => LONG_AGO_MS })
  for (let stored = 0; stored < EVENTS; stored += EVENTS_PER_APPEND) {
    const events = Array.from({ length: EVENTS_PER_APPEND }, oldEvent)
    const sizeBytes = 64 * EVENTS_PER_APPEND
    const request = { kind: 'append', streamName: 'aged', expectedRevision: ANY, events, sizeBytes }
    const outcome = await store.writer.submit({ ...request, kind: 'append' })
    if (outcome.kind !== 'written') throw new Error(outcome.kind)
  }
  await store.close()
}

function oldEvent(): ProposedEvent {
  const id = randomBytes(16)
  return { id, type: 'Old', isJson: false, data: NOTHING, metadata: NOTHING }
}

describe('a read that finds nothing in a long past', () => {
  it('lets appends be answered while it still looks for what its filter wants', async () => {
    const connection = rawConnection(node.port)
    let answered = 0
    try {
      await client.appendToStream('beside', numbered(1))
      const read = connection.read(readOfTypes('Never'))
      read.resume()
      for (; !read.readableEnded; answered += 1) await client.appendToStream('beside', numbered(1))
      // One may come before the read, and one after it.
      expect(answered).toBeGreaterThan(3)
    } finally {
      connection.close()
    }
  })

  it('shows what has not expired, from either end', async () => {
    await client.setStreamMetadata('aged', { maxAge: HOUR_SECONDS })
    expect(await collect(client.readStream('aged'))).toEqual([])
    await client.appendToStream('aged', numbered(3))
    const young = [EVENTS, EVENTS + 1, EVENTS + 2]
    expect(await revisions(client.readStream('aged'))).toEqual(young)
    expect(await revisions(client.readStream('aged', { fromRevision: 5n, maxCount: 2 }))).toEqual(
      young.slice(0, 2),
    )
    const backwards = { direction: 'backwards', fromRevision: 'end' } as const
    expect(await revisions(client.readStream('aged', backwards))).toEqual(young.toReversed())
  })
})
