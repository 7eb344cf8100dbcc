import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { failure } from './errors.ts'
import { APPEND_PATHS, collect, newStream, numbered, revisions } from './events.ts'
import { module } from './public-client.ts'
import { serveForTests } from './served.ts'

const { binaryEvent, jsonEvent } = module
const served = serveForTests()

describe.each(APPEND_PATHS)('what an event holds, by %s', (_, path) => {
  it('is kept as it came: id, type, JSON, metadata, and the time is told', async () => {
    const { client } = served
    const stream = newStream('json')
    const json = jsonEvent({
      type: 'Späßle',
      data: { text: 'a "€" 𝄞', big: '12345678901234567890', list: [1, null, false] },
      metadata: { causation: 'x' },
    })
    const before = Math.floor(Date.now() / 1_000) * 1_000
    await client.appendToStream(stream, json, path)
    const [read] = await collect(client.readStream(stream))
    expect(read?.event).toMatchObject({ id: json.id, type: json.type, data: json.data })
    expect(read?.event).toMatchObject({ isJson: true, streamId: stream, metadata: json.metadata })
    expect(read?.event?.created.getTime()).toBeGreaterThanOrEqual(before)
    expect(read?.event?.created.getTime()).toBeLessThanOrEqual(Date.now())
    expect(read?.link).toBeUndefined()
    expect(read?.commitPosition).toBe(read?.event?.position?.commit)
  })

  it('may be bytes, in data and metadata', async () => {
    const { client } = served
    const stream = newStream('bytes')
    const binary = binaryEvent({
      type: 'bytes',
      data: Uint8Array.from([0, 255, 128, 10]),
      metadata: Uint8Array.from([7, 0]),
    })
    await client.appendToStream(stream, binary, path)
    const [read] = await collect(client.readStream(stream))
    expect(read?.event).toMatchObject({ id: binary.id, isJson: false })
    expect([...bytesOf(read?.event?.data)]).toEqual([0, 255, 128, 10])
    expect([...bytesOf(read?.event?.metadata)]).toEqual([7, 0])
  })

  it('may be nothing, and no metadata', async () => {
    const { client } = served
    const stream = newStream('empty')
    const events = [
      binaryEvent({ type: 'nothing', data: new Uint8Array(0) }),
      jsonEvent({ type: 'nothing', data: {} }),
      jsonEvent({ type: 'nothing', data: [] }),
      jsonEvent({ type: 'nothing', data: '' }),
    ]
    await client.appendToStream(stream, events, path)
    const read = (await collect(client.readStream(stream))).map(({ event }) => event)
    expect(bytesOf(read[0]?.data)).toHaveLength(0)
    expect(read.slice(1).map((event) => event?.data)).toEqual([{}, [], ''])
    expect(read.map((event) => event?.metadata)).toEqual(events.map(() => undefined))
  })

  it.each([
    ['spaces and signs', 'a b/c?d=e&f#g%20|"\'\\'],
    ['letters of the world', 'Größe-日本-עברית-𝄞🎲'],
    ['a line break and a NUL', 'a\nb\0c'],
    ['letters composed otherwise', 'e\u0301'],
    ['the largest size', 'x'.repeat(900)],
  ])('names of streams and types may be any text: %s', async (_case, text) => {
    const { client } = served
    const stream = `${text}-${randomUUID()}`
    await client.appendToStream(stream, numbered(1, 0, text), path)
    const [read] = await collect(client.readStream(stream))
    expect(read?.event).toMatchObject({ streamId: stream, type: text })
    await client.deleteStream(stream)
    const error = await failure(collect(client.readStream(stream)))
    expect(error).toMatchObject({ streamName: stream })
  })

  it.each([
    ['an empty stream name', '', 'event'],
    ['the name $$', '$$', 'event'],
    ['a huge stream name', 'x'.repeat(1_025), 'event'],
    ['an empty type', 'bad', ''],
    ['a huge type', 'bad', 'x'.repeat(70_000)],
  ])('is refused with %s, and the client goes on', async (_case, stream, type) => {
    const { client } = served
    const bad = client.appendToStream(stream, [jsonEvent({ type, data: {} })], path)
    await expect(bad).rejects.toThrow(/BadRequest|INVALID_ARGUMENT|recognize/)
    const good = await client.appendToStream(newStream('good'), numbered(1), path)
    expect(good.success).toBe(true)
  })

  it('is refused when an id is none', async () => {
    const { client } = served
    const stream = newStream('bad-id')
    for (const id of ['00000000-0000-0000-0000-000000000000', 'no-uuid', '']) {
      const bad = { ...jsonEvent({ type: 'x', data: {} }), id }
      const append = client.appendToStream(stream, [...numbered(1), bad], path)
      await expect(append).rejects.toThrow('event id')
    }
    await client.appendToStream(stream, numbered(1))
    expect(await revisions(client.readStream(stream))).toEqual([0])
  })
})

it('names that differ in case or in composition are different streams', async () => {
  const { client } = served
  const run = randomUUID()
  const names = [`é-${run}`, `e\u0301-${run}`, `É-${run}`]
  for (const [count, stream] of names.entries()) {
    await client.appendToStream(stream, numbered(count + 1))
  }
  const counts: number[] = []
  for (const stream of names) counts.push((await revisions(client.readStream(stream))).length)
  expect(counts).toEqual([1, 2, 3])
})

/** One client gives Uint8Arrays, the other Buffers. */
function bytesOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value
  throw new Error(`not bytes: ${typeof value}`)
}
