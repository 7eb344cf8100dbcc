import {
  ANY,
  type EventStoreDBClient,
  NO_STREAM,
  STREAM_EXISTS,
  StreamDeletedError,
  StreamNotFoundError,
  WrongExpectedVersionError,
} from '@eventstore/db-client'
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EventStoreNode, startEventStoreNode } from '../../support/event-store-node.ts'
import { clientOf, collect, failure, numbered, revisions } from './client.ts'

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

async function streamOf(count: number): Promise<string> {
  const stream = `stream-${randomUUID()}`
  if (count > 0) await client.appendToStream(stream, numbered(count))
  return stream
}

describe('deleting a stream', () => {
  it.each([
    ['any', ANY],
    ['the right revision', 1n],
  ] as const)('takes what expects: %s', async (_, expectedRevision) => {
    const stream = await streamOf(2)
    const { position } = await client.deleteStream(stream, { expectedRevision })
    expect(position?.commit).toBeGreaterThan(0n)
    await expect(collect(client.readStream(stream))).rejects.toThrow(StreamNotFoundError)
  })

  it.each([
    ['a revision behind', 2, 0n],
    ['a revision ahead', 2, 2n],
    ['no stream, though there is one', 2, NO_STREAM],
    ['any, of no stream', 0, ANY],
    ['no stream, of no stream', 0, NO_STREAM],
  ] as const)('refuses what expects: %s', async (_, count, expectedRevision) => {
    const stream = await streamOf(count)
    const error = await failure(client.deleteStream(stream, { expectedRevision }))
    expect(error).toBeInstanceOf(WrongExpectedVersionError)
    expect(error).toMatchObject({
      streamName: stream,
      actualVersion: count === 0 ? 'no_stream' : 1n,
    })
  })

  it('ends with the next append, which goes on counting', async () => {
    const stream = await streamOf(3)
    await client.deleteStream(stream)
    const appended = await client.appendToStream(stream, numbered(2))
    expect(appended.nextExpectedRevision).toBe(4n)
    expect(await revisions(client.readStream(stream))).toEqual([3, 4])
    const { metadata } = await client.getStreamMetadata(stream)
    expect(metadata).toEqual({ truncateBefore: 3 })
  })

  it.each([
    ['no stream', NO_STREAM],
    ['any', ANY],
    ['the last revision', 2n],
  ] as const)('lets the next append expect: %s', async (_, expectedRevision) => {
    const stream = await streamOf(3)
    await client.deleteStream(stream)
    const appended = await client.appendToStream(stream, numbered(1), { expectedRevision })
    expect(appended.nextExpectedRevision).toBe(3n)
  })

  it.each([
    ['stream exists', STREAM_EXISTS, StreamDeletedError],
    ['a revision behind', 1n, WrongExpectedVersionError],
  ] as const)('refuses a next append that expects: %s', async (_, expectedRevision, reason) => {
    const stream = await streamOf(3)
    await client.deleteStream(stream)
    const appended = client.appendToStream(stream, numbered(1), { expectedRevision })
    await expect(appended).rejects.toThrow(reason)
  })

  it('can be done again and again', async () => {
    const stream = await streamOf(1)
    for (let round = 0; round < 3; round += 1) {
      await client.deleteStream(stream)
      await client.appendToStream(stream, numbered(1))
    }
    expect(await revisions(client.readStream(stream))).toEqual([3])
  })

  it('races with appends without losing one', async () => {
    const stream = await streamOf(1)
    const appends = Array.from({ length: 20 }, () => client.appendToStream(stream, numbered(1)))
    const deletes = Array.from({ length: 5 }, () => client.deleteStream(stream))
    await Promise.all([...appends, ...deletes])
    const last = await client.appendToStream(stream, numbered(1))
    expect(last.nextExpectedRevision).toBe(21n)
  })
})

describe('tombstoning a stream', () => {
  it.each([
    ['any', 2, ANY],
    ['the right revision', 2, 1n],
    ['no stream, of no stream', 0, NO_STREAM],
    ['any, of no stream', 0, ANY],
  ] as const)('takes what expects: %s', async (_, count, expectedRevision) => {
    const stream = await streamOf(count)
    const { position } = await client.tombstoneStream(stream, { expectedRevision })
    expect(position?.commit).toBeGreaterThan(0n)
    await expect(client.tombstoneStream(stream)).rejects.toThrow(StreamDeletedError)
    await expect(client.deleteStream(stream)).rejects.toThrow(StreamDeletedError)
    await expect(collect(client.readStream(stream))).rejects.toThrow(StreamDeletedError)
  })

  it.each([
    ['a revision behind', 0n],
    ['a revision ahead', 2n],
    ['no stream, though there is one', NO_STREAM],
  ] as const)('refuses what expects: %s', async (_, expectedRevision) => {
    const stream = await streamOf(2)
    const tombstoned = client.tombstoneStream(stream, { expectedRevision })
    await expect(tombstoned).rejects.toThrow(WrongExpectedVersionError)
    expect(await revisions(client.readStream(stream))).toEqual([0, 1])
  })

  it('is for ever: also after a restart', async () => {
    const stream = await streamOf(2)
    await client.tombstoneStream(stream)
    await client.dispose()
    await node.restart()
    client = clientOf(node)
    await expect(client.appendToStream(stream, numbered(1))).rejects.toThrow(StreamDeletedError)
  })

  it('leaves the metadata readable', async () => {
    const stream = await streamOf(1)
    await client.setStreamMetadata(stream, { maxCount: 3 })
    await client.tombstoneStream(stream)
    expect((await client.getStreamMetadata(stream)).metadata).toEqual({ maxCount: 3 })
  })
})
