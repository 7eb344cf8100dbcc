import { describe, expect, it } from 'vitest'
import { failure } from './errors.ts'
import { APPEND_PATHS, bytesEvent, collect, newStream, numbered, revisions } from './events.ts'
import { module } from './public-client.ts'
import { serveForTests } from './served.ts'

const { binaryEvent, jsonEvent, MaxAppendSizeExceededError, StreamNotFoundError } = module
const APPEND_BYTES_MAX = 1_048_576
const served = serveForTests()

/** Events whose data are 31 bytes of JSON each. */
function small(count: number) {
  return Array.from({ length: count }, () =>
    jsonEvent({ type: 'Small', data: { text: 'x'.repeat(20) } }),
  )
}

describe.each(APPEND_PATHS)('the size of an append by %s', (_, path) => {
  it('may be just the limit, over all its events', async () => {
    const stream = newStream('just')
    const half = APPEND_BYTES_MAX / 2
    const events = [bytesEvent(half), bytesEvent(half)]
    const { nextExpectedRevision } = await served.client.appendToStream(stream, events, path)
    expect(nextExpectedRevision).toBe(1n)
  })

  it.each([
    ['one event', [APPEND_BYTES_MAX + 1]],
    ['several', [APPEND_BYTES_MAX / 2, APPEND_BYTES_MAX / 2, 1]],
  ])('must not be one byte more, in %s', async (_case, sizes) => {
    const { client } = served
    const stream = newStream('more')
    const error = await failure(client.appendToStream(stream, sizes.map(bytesEvent), path))
    expect(error).toBeInstanceOf(MaxAppendSizeExceededError)
    expect(error).toMatchObject({ maxAppendSize: APPEND_BYTES_MAX })
    await expect(collect(client.readStream(stream))).rejects.toThrow(StreamNotFoundError)
  })

  it('counts the data alone, not types and metadata', async () => {
    const { client } = served
    const data = new Uint8Array(90_000)
    const event = () => binaryEvent({ type: 'x'.repeat(4_000), data, metadata: data })
    const stream = newStream('data-alone')
    const eleven = Array.from({ length: 11 }, event)
    const appended = await client.appendToStream(stream, eleven, path)
    expect(appended.nextExpectedRevision).toBe(10n)
    const twelve = Array.from({ length: 12 }, event)
    await expect(client.appendToStream(stream, twelve, path)).rejects.toThrow(
      MaxAppendSizeExceededError,
    )
  })
})

describe('many small events', () => {
  it('of 31 bytes: 30,000 are one append', async () => {
    const { client } = served
    const { nextExpectedRevision } = await client.appendToStream(newStream('many'), small(30_000))
    expect(nextExpectedRevision).toBe(29_999n)
  })

  it('of 31 bytes: 40,000 are too many', async () => {
    const tooMany = served.client.appendToStream(newStream('too-many'), small(40_000))
    await expect(tooMany).rejects.toThrow(MaxAppendSizeExceededError)
  })

  it('sent in hundreds of requests are one append', async () => {
    const { client } = served
    const stream = newStream('split')
    const events = Array.from({ length: 5_000 }, () => bytesEvent(128))
    const result = await client.appendToStream(stream, events, { batchAppendSize: 1_024 })
    expect(result.nextExpectedRevision).toBe(4_999n)
    const read = await collect(client.readStream(stream))
    expect(read.map(({ event }) => event?.id)).toEqual(events.map(({ id }) => id))
  })

  it('of which one does not fit into a request of its own are one append all the same', async () => {
    const { client } = served
    const stream = newStream('oversized')
    const events = [bytesEvent(5_000), bytesEvent(1), bytesEvent(5_000)]
    const result = await client.appendToStream(stream, events, { batchAppendSize: 1_024 })
    expect(result.nextExpectedRevision).toBe(2n)
  })

  it('sent in several requests are refused as one when they are too large', async () => {
    const { client } = served
    const stream = newStream('split-too-large')
    const events = Array.from({ length: 12 }, () => bytesEvent(100_000))
    const tooLarge = client.appendToStream(stream, events, { batchAppendSize: 250_000 })
    await expect(tooLarge).rejects.toThrow(MaxAppendSizeExceededError)
    const { nextExpectedRevision } = await client.appendToStream(stream, numbered(1))
    expect(nextExpectedRevision).toBe(0n)
    expect(await revisions(client.readStream(stream))).toEqual([0])
  })
})
