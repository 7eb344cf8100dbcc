import { describe, expect, it } from 'vitest'
import {
  APPEND_PATHS,
  CLASSIC,
  collect,
  expecting,
  newStream,
  numbered,
  revisions,
} from './events.ts'
import { module } from './public-client.ts'
import { serveForTests } from './served.ts'

const { ANY, NO_STREAM, STREAM_EXISTS, StreamNotFoundError } = module
const served = serveForTests()

describe.each(APPEND_PATHS)('appending by %s', (_, path) => {
  it('numbers the events from 0 and gives their positions', async () => {
    const { client } = served
    const stream = newStream('new')
    const first = await client.appendToStream(stream, numbered(2), path)
    const second = await client.appendToStream(stream, numbered(1, 2), path)
    expect(first).toMatchObject({ success: true, nextExpectedRevision: 1n })
    expect(second).toMatchObject({ success: true, nextExpectedRevision: 2n })
    expect(second.position?.commit).toBeGreaterThan(first.position?.commit ?? 0n)
    expect(second.position?.prepare).toBe(second.position?.commit)
    const read = await collect(client.readStream(stream))
    expect(read.map(({ event }) => event?.revision)).toEqual([0n, 1n, 2n])
    expect(read.at(-1)?.event?.position).toEqual(second.position)
  })

  it.each([
    ['any', ANY],
    ['the right revision', 0n],
    ['stream exists', STREAM_EXISTS],
  ] as const)('of no events appends nothing, expecting: %s', async (_case, expected) => {
    const { client } = served
    const stream = newStream('nothing')
    await client.appendToStream(stream, numbered(1), path)
    const nothing = await client.appendToStream(stream, [], { ...path, ...expecting(expected) })
    expect(nothing).toMatchObject({ success: true, nextExpectedRevision: 0n })
    expect(await revisions(client.readStream(stream))).toEqual([0])
  })

  it('of no events expecting no stream or a revision passed is refused', async () => {
    const { client } = served
    const stream = newStream('nothing')
    await client.appendToStream(stream, numbered(2), path)
    for (const expected of [NO_STREAM, 0n] as const) {
      const nothing = client.appendToStream(stream, [], { ...path, ...expecting(expected) })
      await expect(nothing).rejects.toThrow(module.WrongExpectedVersionError)
    }
  })

  it('of no events makes no stream', async () => {
    const { client } = served
    const stream = newStream('nothing')
    await client.appendToStream(stream, [], path)
    await client.appendToStream(stream, [], { ...path, ...expecting(NO_STREAM) })
    await expect(collect(client.readStream(stream))).rejects.toThrow(StreamNotFoundError)
    const first = await client.appendToStream(stream, numbered(1), path)
    expect(first.nextExpectedRevision).toBe(0n)
  })

  it('keeps two events of one append that have the same id', async () => {
    const { client } = served
    const stream = newStream('twins')
    const [event] = numbered(1)
    const twins = [event, event].filter((one) => one !== undefined)
    const { nextExpectedRevision } = await client.appendToStream(stream, twins, path)
    expect(nextExpectedRevision).toBe(1n)
  })
})

describe('appends that race', () => {
  it('for one revision are won by one alone, whichever way they came', async () => {
    const { client } = served
    const stream = newStream('race')
    for (let round = 0; round < 20; round += 1) {
      const expected = round === 0 ? NO_STREAM : BigInt(round - 1)
      const racers = Array.from({ length: 8 }, (_, racer) =>
        client.appendToStream(stream, numbered(1), {
          ...expecting(expected),
          ...(racer % 2 === 0 ? CLASSIC : {}),
        }),
      )
      const results = await Promise.allSettled(racers)
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    }
    expect(await revisions(client.readStream(stream))).toHaveLength(20)
  })

  it('with the same events are stored once', async () => {
    const { client } = served
    const stream = newStream('same')
    const events = numbered(3)
    const results = await Promise.all(
      Array.from({ length: 10 }, () => client.appendToStream(stream, events)),
    )
    expect(new Set(results.map(({ position }) => position?.commit)).size).toBe(1)
    expect(await revisions(client.readStream(stream))).toEqual([0, 1, 2])
  })

  it('of one client to one stream are stored in the order they were made', async () => {
    const { client } = served
    const stream = newStream('in-order')
    const results = await Promise.all(
      Array.from({ length: 500 }, (_, number) =>
        client.appendToStream(stream, numbered(1, number)),
      ),
    )
    const order = results.map(({ nextExpectedRevision }) => Number(nextExpectedRevision))
    expect(order).toEqual(results.map((_, number) => number))
    const read = await collect(client.readStream(stream))
    expect(read.map(({ event }) => event?.data)).toEqual(results.map((_, number) => ({ number })))
  })

  it('to many streams all arrive, events of one append side by side in $all', async () => {
    const { client } = served
    const run = newStream('run')
    const { position } = await client.appendToStream(`before-${run}`, numbered(1))
    await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        client.appendToStream(`many-${run}-${index}`, numbered(5)),
      ),
    )
    const streams = (await collect(client.readAll({ fromPosition: position ?? 'start' })))
      .map(({ event }) => event?.streamId ?? '')
      .filter((streamName) => streamName.startsWith(`many-${run}`))
    expect(streams).toHaveLength(1_000)
    for (let start = 0; start < 1_000; start += 5) {
      expect(new Set(streams.slice(start, start + 5)).size).toBe(1)
    }
  })
})
