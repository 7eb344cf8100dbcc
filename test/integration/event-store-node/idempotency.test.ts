import {
  ANY,
  type EventStoreDBClient,
  NO_STREAM,
  STREAM_EXISTS,
  WrongExpectedVersionError,
} from '@eventstore/db-client'
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EventStoreNode, startEventStoreNode } from '../../support/event-store-node.ts'
import { APPEND_PATHS, clientOf, numbered, revisions } from './client.ts'

let node: EventStoreNode
let client: EventStoreDBClient

beforeAll(async () => {
  node = await startEventStoreNode()
  client = clientOf(node)
})

afterAll(async () => {
  await client.dispose()
  await node.stop()
})

describe.each(APPEND_PATHS)('a retried append by %s', (_, path) => {
  it.each([
    ['no stream', NO_STREAM, 0],
    ['any', ANY, 0],
    ['any, of an old append', ANY, 500],
    ['a revision', 1n, 2],
    ['a revision, of an old append', 1n, 500],
    ['stream exists', STREAM_EXISTS, 2],
  ] as const)('with %s is answered like the first time', async (_case, expected, after) => {
    const stream = `retry-${randomUUID()}`
    const before = expected === NO_STREAM || expected === ANY ? 0 : 2
    if (before > 0) await client.appendToStream(stream, numbered(before))
    const events = numbered(3)
    const options = { ...path, expectedRevision: expected }
    const first = await client.appendToStream(stream, events, options)
    if (after > 0) await client.appendToStream(stream, numbered(after))
    expect(await client.appendToStream(stream, events, options)).toEqual(first)
    expect(await revisions(client.readStream(stream))).toHaveLength(before + 3 + after)
  })

  it('of the first events of an append is answered with their last', async () => {
    const stream = `partial-${randomUUID()}`
    const events = numbered(3)
    await client.appendToStream(stream, events, { ...path, expectedRevision: NO_STREAM })
    const part = await client.appendToStream(stream, events.slice(0, 2), {
      ...path,
      expectedRevision: NO_STREAM,
    })
    expect(part.nextExpectedRevision).toBe(1n)
  })

  it.each([
    ['no stream', NO_STREAM],
    ['any', ANY],
  ] as const)('with more events than before is refused: %s', async (_case, expectedRevision) => {
    const stream = `more-${randomUUID()}`
    const events = numbered(3)
    const options = { ...path, expectedRevision }
    await client.appendToStream(stream, events.slice(0, 2), options)
    await expect(client.appendToStream(stream, events, options)).rejects.toThrow(
      WrongExpectedVersionError,
    )
    expect(await revisions(client.readStream(stream))).toEqual([0, 1])
  })
})

describe('a retry after a restart', () => {
  it.each([
    ['no stream', NO_STREAM],
    ['any', ANY],
  ] as const)('is known with %s', async (_case, expectedRevision) => {
    const stream = `restart-${randomUUID()}`
    const events = numbered(3)
    const first = await client.appendToStream(stream, events, { expectedRevision })
    await client.appendToStream(stream, numbered(2))
    await client.dispose()
    await node.restart()
    client = clientOf(node)
    expect(await client.appendToStream(stream, events, { expectedRevision })).toEqual(first)
    expect(await revisions(client.readStream(stream))).toHaveLength(5)
  })

  it('does not mix up streams: the same event may be in two', async () => {
    const run = randomUUID()
    const events = numbered(1)
    const one = await client.appendToStream(`one-${run}`, events)
    const two = await client.appendToStream(`two-${run}`, events)
    expect(two.position?.commit).toBeGreaterThan(one.position?.commit ?? 0n)
  })
})
