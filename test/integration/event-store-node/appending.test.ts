import {
  ANY,
  binaryEvent,
  type EventStoreDBClient,
  jsonEvent,
  MaxAppendSizeExceededError,
  NO_STREAM,
  STREAM_EXISTS,
  StreamDeletedError,
  WrongExpectedVersionError,
} from '@eventstore/db-client'
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EventStoreNode, startEventStoreNode } from '../../support/event-store-node.ts'
import { APPEND_PATHS, CLASSIC, clientOf, collect, failure, numbered, revisions } from './client.ts'

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

function halfOfLimit() {
  return binaryEvent({ type: 'half', data: new Uint8Array(524_288) })
}

async function streamOf(count: number): Promise<string> {
  const stream = `stream-${randomUUID()}`
  if (count > 0) await client.appendToStream(stream, numbered(count))
  return stream
}

describe.each(APPEND_PATHS)('appending by %s', (_, path) => {
  it('numbers the events from 0 and gives their positions', async () => {
    const stream = `new-${randomUUID()}`
    const first = await client.appendToStream(stream, numbered(2), path)
    const second = await client.appendToStream(stream, numbered(1, 2), path)
    expect(first).toMatchObject({ success: true, nextExpectedRevision: 1n })
    expect(second).toMatchObject({ success: true, nextExpectedRevision: 2n })
    expect(second.position?.commit).toBeGreaterThan(first.position?.commit ?? 0n)
    const read = await collect(client.readStream(stream))
    expect(read.map(({ event }) => event?.revision)).toEqual([0n, 1n, 2n])
    expect(read.at(-1)?.event?.position).toEqual(second.position)
  })

  it('keeps ids, types, data and metadata as they came', async () => {
    const stream = `content-${randomUUID()}`
    const json = jsonEvent({
      type: 'Späßle',
      data: { text: 'a "€" 𝄞', big: '12345678901234567890' },
      metadata: { causation: 'x' },
    })
    const binary = binaryEvent({
      type: 'bytes',
      data: Uint8Array.from([0, 255, 128, 10]),
      metadata: Uint8Array.from([7, 0]),
    })
    const before = Date.now()
    await client.appendToStream(stream, [json, binary], path)
    const [a, b] = (await collect(client.readStream(stream))).map(({ event }) => event)
    expect(a).toMatchObject({ id: json.id, type: json.type, data: json.data, isJson: true })
    expect(a?.metadata).toEqual({ causation: 'x' })
    expect(b).toMatchObject({ id: binary.id, isJson: false })
    expect(b?.data).toEqual(binary.data)
    expect(b?.metadata).toEqual(binary.metadata)
    expect(a?.created.getTime()).toBeGreaterThanOrEqual(before)
    expect(a?.created.getTime()).toBeLessThanOrEqual(Date.now())
  })

  it.each([
    ['no stream, none', 0, NO_STREAM],
    ['any, none', 0, ANY],
    ['any, three', 3, ANY],
    ['stream exists, three', 3, STREAM_EXISTS],
    ['right revision', 3, 2n],
  ] as const)('takes what expects: %s', async (_case, existing, expected) => {
    const stream = await streamOf(existing)
    const options = { ...path, expectedRevision: expected }
    const appended = await client.appendToStream(stream, numbered(1, existing), options)
    expect(appended.nextExpectedRevision).toBe(BigInt(existing))
  })

  it.each([
    ['no stream, three', 3, NO_STREAM],
    ['stream exists, none', 0, STREAM_EXISTS],
    ['revision behind', 3, 1n],
    ['revision ahead', 3, 3n],
    ['revision, none', 0, 0n],
  ] as const)('refuses what expects: %s', async (_case, existing, expected) => {
    const stream = await streamOf(existing)
    const options = { ...path, expectedRevision: expected }
    const error = await failure(client.appendToStream(stream, numbered(1, existing), options))
    expect(error).toBeInstanceOf(WrongExpectedVersionError)
    expect(error).toMatchObject({
      streamName: stream,
      expectedVersion: expected,
      actualVersion: existing === 0 ? 'no_stream' : BigInt(existing - 1),
    })
    const kept = await collect(client.readStream(stream)).catch(() => [])
    expect(kept).toHaveLength(existing)
  })

  it('appends nothing when there is nothing to append', async () => {
    const stream = `nothing-${randomUUID()}`
    await client.appendToStream(stream, [], path)
    await client.appendToStream(stream, numbered(1), path)
    const again = await client.appendToStream(stream, [], { ...path, expectedRevision: 0n })
    expect(again).toMatchObject({ success: true, nextExpectedRevision: 0n })
    expect(await revisions(client.readStream(stream))).toEqual([0])
  })

  it('refuses an append to a tombstoned stream', async () => {
    const stream = `dead-${randomUUID()}`
    await client.tombstoneStream(stream)
    const error = await failure(client.appendToStream(stream, numbered(1), path))
    expect(error).toBeInstanceOf(StreamDeletedError)
    expect(error).toMatchObject({ streamName: stream })
  })

  it('refuses more data than the limit and takes just as much', async () => {
    const stream = `size-${randomUUID()}`
    const byte = binaryEvent({ type: 'byte', data: new Uint8Array(1) })
    const tooMuch = client.appendToStream(stream, [halfOfLimit(), halfOfLimit(), byte], path)
    const error = await failure(tooMuch)
    expect(error).toBeInstanceOf(MaxAppendSizeExceededError)
    expect(error).toMatchObject({ maxAppendSize: 1_048_576 })
    const justEnough = await client.appendToStream(stream, [halfOfLimit(), halfOfLimit()], path)
    expect(justEnough.nextExpectedRevision).toBe(1n)
  })

  it('counts the data alone, not types and metadata', async () => {
    const data = new Uint8Array(90_000)
    const event = () => binaryEvent({ type: 'x'.repeat(4_000), data, metadata: data })
    const stream = `data-alone-${randomUUID()}`
    const eleven = Array.from({ length: 11 }, event)
    const appended = await client.appendToStream(stream, eleven, path)
    expect(appended.nextExpectedRevision).toBe(10n)
    const twelve = Array.from({ length: 12 }, event)
    await expect(client.appendToStream(stream, twelve, path)).rejects.toThrow(
      MaxAppendSizeExceededError,
    )
  })

  it.each([
    ['an empty stream name', '', 'event'],
    ['the name $$', '$$', 'event'],
    ['$all', '$all', 'event'],
    ['a huge stream name', 'x'.repeat(1_025), 'event'],
    ['an empty type', 'bad', ''],
    ['a huge type', 'bad', 'x'.repeat(70_000)],
  ])('refuses %s and goes on', async (_case, stream, type) => {
    const bad = client.appendToStream(stream, [jsonEvent({ type, data: {} })], path)
    await expect(bad).rejects.toThrow(/BadRequest|INVALID_ARGUMENT|recognize/)
    const good = await client.appendToStream(`good-${randomUUID()}`, numbered(1), path)
    expect(good.success).toBe(true)
  })

  it('refuses event ids that are none', async () => {
    for (const id of ['00000000-0000-0000-0000-000000000000', 'no-uuid', '']) {
      const bad = { ...jsonEvent({ type: 'x', data: {} }), id }
      await expect(client.appendToStream('bad', [bad], path)).rejects.toThrow('event id')
    }
  })
})

describe('appends that race', () => {
  it('for one revision are won by one alone, whichever way they came', async () => {
    const stream = `race-${randomUUID()}`
    for (let round = 0; round < 20; round += 1) {
      const expectedRevision = round === 0 ? NO_STREAM : BigInt(round - 1)
      const racers = Array.from({ length: 8 }, (_, racer) =>
        client.appendToStream(stream, numbered(1), {
          expectedRevision,
          ...(racer % 2 === 0 ? CLASSIC : {}),
        }),
      )
      const results = await Promise.allSettled(racers)
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    }
    expect(await revisions(client.readStream(stream))).toHaveLength(20)
  })

  it('with the same events are stored once', async () => {
    const stream = `same-${randomUUID()}`
    const events = numbered(3)
    const results = await Promise.all(
      Array.from({ length: 10 }, () => client.appendToStream(stream, events)),
    )
    expect(new Set(results.map(({ position }) => position?.commit)).size).toBe(1)
    expect(await revisions(client.readStream(stream))).toEqual([0, 1, 2])
  })

  it('to many streams all arrive, events of one append side by side in $all', async () => {
    const run = randomUUID()
    const { position } = await client.appendToStream(`before-${run}`, numbered(1))
    await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        client.appendToStream(`many-${run}-${index}`, numbered(5)),
      ),
    )
    const streams = (await collect(client.readAll({ fromPosition: position ?? 'start' })))
      .map(({ event }) => event?.streamId ?? '')
      .filter((name) => name.startsWith(`many-${run}`))
    expect(streams).toHaveLength(1_000)
    for (let start = 0; start < 1_000; start += 5) {
      expect(new Set(streams.slice(start, start + 5)).size).toBe(1)
    }
  })
})

describe('a large append in several requests', () => {
  it('is one append', async () => {
    const stream = `split-${randomUUID()}`
    const events = numbered(5_000)
    const result = await client.appendToStream(stream, events, { batchAppendSize: 1_024 })
    expect(result.nextExpectedRevision).toBe(4_999n)
    const read = await collect(client.readStream(stream))
    expect(read.map(({ event }) => event?.id)).toEqual(events.map(({ id }) => id))
  })
})
