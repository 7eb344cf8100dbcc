import {
  type EventStoreDBClient,
  jsonEvent,
  MaxAppendSizeExceededError,
} from '@eventstore/db-client'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type EventStoreNode, startEventStoreNode } from '../../support/event-store-node.ts'
import { CLASSIC, clientOf, collect, numbered } from './client.ts'
import { canMeasureMemory, ownMemoryMiB, peakMemoryMiB } from './memory.ts'
import { liveSubscription, rawConnection, type RawRead, readOf } from './raw-reads.ts'

const EVENTS = 40_000
const EVENTS_PER_APPEND = 400
const DATA_BYTES = 2_400
const STORED_MIB = (EVENTS * DATA_BYTES) / 1_048_576
/** What the node may take for its pages, and for garbage that V8 has not yet collected. */
const ALLOWED_MIB = 64

let node: EventStoreNode
let client: EventStoreDBClient

beforeAll(async () => {
  node = await startEventStoreNode()
  client = clientOf(node)
  const data = { padding: 'p'.repeat(DATA_BYTES) }
  for (let stored = 0; stored < EVENTS; stored += EVENTS_PER_APPEND) {
    const events = Array.from({ length: EVENTS_PER_APPEND }, () => jsonEvent({ type: 'T', data }))
    await client.appendToStream('long', events)
  }
}, 120_000)

afterAll(async () => {
  await client.dispose()
  await node.stop()
})

/** Every twentieth of the subscribers does not read. */
function isSlow(at: number): boolean {
  return at % 20 === 0
}

/** An event with so many bytes of data. */
function jsonOf(bytes: number) {
  return [jsonEvent({ type: 'T', data: 'x'.repeat(bytes - 2) })]
}

/** Takes in what a read gives, from now on; the number of its messages so far. */
function count(read: RawRead): () => number {
  let messages = 0
  read.on('data', () => {
    messages += 1
  })
  return () => messages
}

async function untilAll(counts: readonly (() => number)[], messages: number): Promise<void> {
  await vi.waitFor(
    () => {
      expect(Math.min(...counts.map((messagesOf) => messagesOf()))).toBeGreaterThanOrEqual(messages)
    },
    { timeout: 30_000, interval: 20 },
  )
}

describe.skipIf(!canMeasureMemory)('the memory of a node', () => {
  it('does not grow with what readers leave unread that stop midway', async () => {
    const before = await ownMemoryMiB(node.pid)
    const connections = Array.from({ length: 10 }, (_, at) =>
      rawConnection(node.port, `slow-${at}`),
    )
    const reads = connections.map((connection) => connection.read(readOf()))
    const peak = await peakMemoryMiB(node.pid, async () => {
      for (const read of reads) {
        await once(read, 'data')
        read.pause()
      }
      await setTimeout(2_000)
      expect((await client.appendToStream('beside', numbered(1))).success).toBe(true)
    })
    expect(peak - before).toBeLessThan(ALLOWED_MIB)
    for (const read of reads.slice(1)) read.cancel()
    const [read] = reads
    if (read === undefined) throw new Error('there is a first one')
    const messages = count(read)
    read.resume()
    await once(read, 'end')
    expect(messages()).toBeGreaterThanOrEqual(EVENTS - 1)
    for (const connection of connections) connection.close()
  })

  it.each([
    ['stream', 'long'],
    ['$all', undefined],
  ])('does not depend on the length of a %s that is read', async (_, stream) => {
    expect(STORED_MIB).toBeGreaterThan(ALLOWED_MIB)
    const before = await ownMemoryMiB(node.pid)
    const connection = rawConnection(node.port)
    const read = connection.read(readOf(stream))
    const messages = count(read)
    const peak = await peakMemoryMiB(node.pid, () => once(read, 'end'))
    connection.close()
    expect(messages()).toBeGreaterThanOrEqual(EVENTS)
    expect(peak - before).toBeLessThan(ALLOWED_MIB)
  })

  it('does not grow with what 1,000 subscribers have not taken, and none misses anything', async () => {
    const before = await ownMemoryMiB(node.pid)
    const connections = Array.from({ length: 20 }, (_, at) => rawConnection(node.port, `sub-${at}`))
    const subscriptions = connections.flatMap((connection) =>
      Array.from({ length: 50 }, () => connection.read(liveSubscription())),
    )
    // Confirmed and caught up.
    const counts = subscriptions.map(count)
    await untilAll(counts, 2)
    const slow = subscriptions.filter((_, at) => isSlow(at))
    for (const subscription of slow) subscription.pause()
    const peak = await peakMemoryMiB(node.pid, async () => {
      await client.appendToStream('live', numbered(20))
      await untilAll(
        counts.filter((_, at) => !isSlow(at)),
        22,
      )
      for (const each of subscriptions) if (!slow.includes(each)) each.cancel()
      await appendLarge(1_000)
    })
    // Each that is slow holds a page of 1 MiB; were everything kept for them, it would be 500 MiB.
    expect(peak - before).toBeLessThan(slow.length + 2 * ALLOWED_MIB)
    for (const subscription of slow) subscription.resume()
    await untilAll(
      counts.filter((_, at) => isSlow(at)),
      1_022,
    )
    for (const subscription of subscriptions) subscription.cancel()
    for (const connection of connections) connection.close()
  })

  /** Appends so many events of 10 kB. */
  async function appendLarge(events: number): Promise<void> {
    const data = { padding: 'p'.repeat(10_000) }
    for (let appended = 0; appended < events; appended += 20) {
      const some = Array.from({ length: 20 }, () => jsonEvent({ type: 'T', data }))
      await client.appendToStream('live', some)
    }
  }

  it('does not grow with appends at the size limit', async () => {
    const before = await ownMemoryMiB(node.pid)
    const peak = await peakMemoryMiB(node.pid, async () => {
      for (let round = 0; round < 10; round += 1) {
        await Promise.all(
          Array.from({ length: 10 }, (_, at) =>
            client.appendToStream(`large-${at}`, jsonOf(1_048_576)),
          ),
        )
      }
    })
    expect(peak - before).toBeLessThan(3 * ALLOWED_MIB)
  })
})

describe('an append', () => {
  it.each([
    ['batch append', {}],
    ['classic append', CLASSIC],
  ])('of the size limit is stored, of one byte more refused: %s', async (path, options) => {
    const stream = `limit-${path}`
    await client.appendToStream(stream, jsonOf(1_048_576), options)
    const more = client.appendToStream(stream, jsonOf(1_048_577), options)
    await expect(more).rejects.toThrow(MaxAppendSizeExceededError)
    const stored = await collect(client.readStream(stream))
    expect(stored.map(({ event }) => event?.data)).toEqual(['x'.repeat(1_048_574)])
  })
})
