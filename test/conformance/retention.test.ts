import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { collect, newStream, numbered, revisions } from './events.ts'
import { module } from './public-client.ts'
import { serveForTests } from './served.ts'

const { BACKWARDS, END, StreamNotFoundError } = module
const served = serveForTests()
const UPWARDS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]

describe('retention', () => {
  it.each([
    ['maxCount', { maxCount: 3 }, [7, 8, 9]],
    ['maxCount of one', { maxCount: 1 }, [9]],
    ['maxCount above what is there', { maxCount: 50 }, UPWARDS],
    ['truncateBefore', { truncateBefore: 6 }, [6, 7, 8, 9]],
    ['truncateBefore of zero', { truncateBefore: 0 }, UPWARDS],
    ['truncateBefore past the end', { truncateBefore: 50 }, []],
    ['maxCount stricter than truncateBefore', { maxCount: 3, truncateBefore: 6 }, [7, 8, 9]],
    ['truncateBefore stricter than maxCount', { maxCount: 9, truncateBefore: 8 }, [8, 9]],
    ['maxAge that none has reached', { maxAge: 600, maxCount: 2 }, [8, 9]],
    ['values below one', { maxCount: 0, maxAge: -1, truncateBefore: -1 }, UPWARDS],
    ['cache control', { cacheControl: 1 }, UPWARDS],
  ])('hides events from readers, and none from $all: %s', async (_, metadata, visible) => {
    const { client } = served
    const stream = newStream('hidden')
    const { position } = await client.appendToStream(newStream('mark'), numbered(1))
    await client.appendToStream(stream, numbered(10))
    await client.setStreamMetadata(stream, metadata)
    expect(await revisions(client.readStream(stream))).toEqual(visible)
    const backwards = { direction: BACKWARDS, fromRevision: END } as const
    expect(await revisions(client.readStream(stream, backwards))).toEqual(visible.toReversed())
    const fromOne = client.readStream(stream, { fromRevision: 1n, maxCount: 3 })
    expect(await revisions(fromOne)).toEqual(visible.filter((one) => one >= 1).slice(0, 3))
    const all = await collect(client.readAll({ fromPosition: position ?? 'start' }))
    expect(all.filter(({ event }) => event?.streamId === stream)).toHaveLength(10)
    const next = await client.appendToStream(stream, numbered(1))
    expect(next.nextExpectedRevision).toBe(10n)
  })

  it('by age hides events one by one, and a stream with none left still exists', async () => {
    const { client } = served
    const stream = newStream('aged')
    await client.appendToStream(stream, numbered(2))
    await client.setStreamMetadata(stream, { maxAge: 1, maxCount: 10 })
    expect(await revisions(client.readStream(stream))).toEqual([0, 1])
    await setTimeout(1_200)
    await client.appendToStream(stream, numbered(1))
    expect(await revisions(client.readStream(stream))).toEqual([2])
    await setTimeout(1_200)
    expect(await revisions(client.readStream(stream))).toEqual([])
    const backwards = { direction: BACKWARDS, fromRevision: END, maxCount: 1 } as const
    expect(await revisions(client.readStream(stream, backwards))).toEqual([])
    const next = await client.appendToStream(stream, numbered(1))
    expect(next.nextExpectedRevision).toBe(3n)
  })
})

describe('a deleted stream', () => {
  it('lives again with the next append, goes on counting, and its past stays hidden', async () => {
    const { client } = served
    const stream = newStream('revived')
    await client.appendToStream(stream, numbered(3))
    await client.setStreamMetadata(stream, { maxCount: 50, own: 'x' })
    await client.deleteStream(stream)
    const appended = await client.appendToStream(stream, numbered(2))
    expect(appended.nextExpectedRevision).toBe(4n)
    expect(await revisions(client.readStream(stream))).toEqual([3, 4])
    const backwards = { direction: BACKWARDS, fromRevision: END } as const
    expect(await revisions(client.readStream(stream, backwards))).toEqual([4, 3])
    // The deletion has replaced what the metadata said before.
    expect((await client.getStreamMetadata(stream)).metadata).toEqual({ truncateBefore: 3 })
  })

  it('writes of its new life after the events of it', async () => {
    const { client } = served
    const stream = newStream('order')
    await client.appendToStream(stream, numbered(1))
    const { position } = await client.deleteStream(stream)
    await client.appendToStream(stream, numbered(2))
    const [, ...after] = await collect(client.readAll({ fromPosition: position ?? 'start' }))
    const types = after.map(({ event }) => `${event?.streamId} ${event?.type}`)
    expect(types).toEqual([`${stream} Numbered`, `${stream} Numbered`, `$$${stream} $metadata`])
  })

  it('lives again with new metadata too, empty, and these are kept', async () => {
    const { client } = served
    const stream = newStream('meta-revived')
    await client.appendToStream(stream, numbered(3))
    await client.deleteStream(stream)
    await client.setStreamMetadata(stream, { maxCount: 50, own: 'x' })
    expect(await revisions(client.readStream(stream))).toEqual([])
    const { metadata } = await client.getStreamMetadata(stream)
    expect(metadata).toEqual({ maxCount: 50, own: 'x', truncateBefore: 3 })
    await client.appendToStream(stream, numbered(1))
    expect(await revisions(client.readStream(stream))).toEqual([3])
  })

  it('lives again with an append of no events', async () => {
    const { client } = served
    const stream = newStream('none-revived')
    await client.appendToStream(stream, numbered(3))
    await client.deleteStream(stream)
    await client.appendToStream(stream, [])
    expect(await revisions(client.readStream(stream))).toEqual([])
  })

  it('of metadata alone is not there, and lives again from its first event', async () => {
    const { client } = served
    const stream = newStream('meta-only')
    await client.setStreamMetadata(stream, { own: 'x' })
    await client.deleteStream(stream)
    await expect(collect(client.readStream(stream))).rejects.toThrow(StreamNotFoundError)
    await client.appendToStream(stream, numbered(2))
    expect(await revisions(client.readStream(stream))).toEqual([0, 1])
  })

  it('can be deleted and made to live again and again', async () => {
    const { client } = served
    const stream = newStream('again')
    await client.appendToStream(stream, numbered(1))
    for (let round = 0; round < 3; round += 1) {
      await client.deleteStream(stream)
      await client.appendToStream(stream, numbered(1))
    }
    expect(await revisions(client.readStream(stream))).toEqual([3])
  })

  it('keeps its events in $all', async () => {
    const { client } = served
    const stream = newStream('still-in-all')
    await client.appendToStream(stream, numbered(3))
    await client.deleteStream(stream)
    const all = await collect(client.readAll({ direction: BACKWARDS, fromPosition: END }))
    expect(all.filter(({ event }) => event?.streamId === stream)).toHaveLength(3)
  })
})
