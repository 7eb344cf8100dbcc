import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectEventStore, type EventStore } from '../../../infrastructure/event-store/index.ts'
import { type EventStoreNode, startEventStoreNode } from '../../support/event-store-node.ts'

/**
 * Reads that end at once, one after the other, far more than the 1,000 resets after which an HTTP/2
 * server takes its client for an attacker and closes the connection.
 */
const READS = 3_000

let node: EventStoreNode
let eventStore: EventStore

beforeAll(async () => {
  node = await startEventStoreNode()
  eventStore = connectEventStore({ connectionString: node.connectionString })
  const metadata = {}
  const events = [1, 2].map((n) => ({ id: randomUUID(), type: 'Counted', data: { n }, metadata }))
  await eventStore.append('two-events', events, 'no-stream')
})

afterAll(async () => {
  await eventStore.close()
  await node.stop()
})

test.each([
  ['streams without events', 'no-such-stream', 0],
  ['the first event of a stream', 'two-events', 1],
])('%s can be read thousands of times', async (_what, stream, expected) => {
  const types: string[] = []
  for (let read = 0; read < READS; read += 1) {
    for await (const { type } of eventStore.readStream(stream, { maxCount: 1 })) types.push(type)
  }
  expect(types).toHaveLength(READS * expected)
})
