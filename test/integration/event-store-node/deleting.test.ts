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
import { clientOf, collect, numbered, revisions } from './client.ts'

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
    ['any', 2, ANY, true],
    ['the right revision', 2, 1n, true],
    ['a revision behind', 2, 0n, false],
    ['a revision ahead', 2, 2n, false],
    ['no stream, though there is one', 2, NO_STREAM, false],
    ['any, of no stream', 0, ANY, false],
    ['no stream, of no stream', 0, NO_STREAM, false],
  ] as const)('checks the expected revision: %s', async (_, count, expectedRevision, isOk) => {
    const stream = await streamOf(count)
    const deleted = client.deleteStream(stream, { expectedRevision })
    if (isOk) {
      expect((await deleted).position?.commit).toBeGreaterThan(0n)
      await expect(collect(client.readStream(stream))).rejects.toThrow(StreamNotFoundError)
      return
    }
    const error: unknown = await deleted.catch((reason: unknown) => reason)
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
    ['no stream', NO_STREAM, true],
    ['any', ANY, true],
    ['the last revision', 2n, true],
    ['stream exists', STREAM_EXISTS, false],
    ['a revision behind', 1n, false],
  ] as const)('lets the next append expect: %s', async (_, expectedRevision, isOk) => {
    const stream = await streamOf(3)
    await client.deleteStream(stream)
    const appended = client.appendToStream(stream, numbered(1), { expectedRevision })
    if (isOk) await expect(appended).resolves.toMatchObject({ nextExpectedRevision: 3n })
    else await expect(appended).rejects.toThrow()
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
    ['any', 2, ANY, true],
    ['the right revision', 2, 1n, true],
    ['a revision behind', 2, 0n, false],
    ['no stream, though there is one', 2, NO_STREAM, false],
    ['no stream, of no stream', 0, NO_STREAM, true],
    ['any, of no stream', 0, ANY, true],
  ] as const)('checks the expected revision: %s', async (_, count, expectedRevision, isOk) => {
    const stream = await streamOf(count)
    const tombstoned = client.tombstoneStream(stream, { expectedRevision })
    if (!isOk) {
      await expect(tombstoned).rejects.toThrow(WrongExpectedVersionError)
      return
    }
    expect((await tombstoned).position?.commit).toBeGreaterThan(0n)
    const again = client.tombstoneStream(stream)
    await expect(again).rejects.toThrow(StreamDeletedError)
    await expect(client.deleteStream(stream)).rejects.toThrow(StreamDeletedError)
    await expect(collect(client.readStream(stream))).rejects.toThrow(StreamDeletedError)
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
