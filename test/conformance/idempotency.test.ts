import { describe, expect, it } from 'vitest'
import { APPEND_PATHS, expecting, newStream, numbered, revisions } from './events.ts'
import { module } from './public-client.ts'
import { serveForTests } from './served.ts'

const { ANY, NO_STREAM, STREAM_EXISTS, StreamDeletedError, WrongExpectedVersionError } = module
const served = serveForTests()

describe.each(APPEND_PATHS)('a retried append by %s', (_, path) => {
  it.each([
    ['no stream', NO_STREAM, 0, 0],
    ['no stream, of an old append', NO_STREAM, 0, 500],
    ['any', ANY, 0, 0],
    ['any, of an old append', ANY, 0, 500],
    ['a revision', 1n, 2, 2],
    ['a revision, of an old append', 1n, 2, 500],
    ['stream exists', STREAM_EXISTS, 2, 2],
  ] as const)('with %s is answered like the first time', async (_case, expected, before, after) => {
    const { client } = served
    const stream = newStream('retry')
    if (before > 0) await client.appendToStream(stream, numbered(before))
    const events = numbered(3)
    const options = { ...path, ...expecting(expected) }
    const first = await client.appendToStream(stream, events, options)
    if (after > 0) await client.appendToStream(stream, numbered(after))
    expect(await client.appendToStream(stream, events, options)).toEqual(first)
    expect(await revisions(client.readStream(stream))).toHaveLength(before + 3 + after)
  })

  it.each([
    ['the first of them, no stream', NO_STREAM, [0, 1], 1n],
    ['the first of them, any', ANY, [0, 1], 1n],
    ['the last of them, any', ANY, [2], 2n],
    ['the last of them, a revision', 1n, [2], 2n],
    ['all, the other way round, any', ANY, [2, 1, 0], 0n],
  ] as const)('of some events only: %s', async (_case, expected, picked, revision) => {
    const { client } = served
    const stream = newStream('some')
    const events = numbered(3)
    await client.appendToStream(stream, events, { ...path, ...expecting(NO_STREAM) })
    const again = events.filter((_event, index) => picked.some((one) => one === index))
    const inOrder = picked.length === 3 ? again.toReversed() : again
    const retried = await client.appendToStream(stream, inOrder, {
      ...path,
      ...expecting(expected),
    })
    expect(retried.nextExpectedRevision).toBe(revision)
    expect(await revisions(client.readStream(stream))).toEqual([0, 1, 2])
  })

  it.each([
    ['no stream', NO_STREAM],
    ['any', ANY],
    ['stream exists', STREAM_EXISTS],
  ] as const)('with more events than before is refused: %s', async (_case, expected) => {
    const { client } = served
    const stream = newStream('more')
    const events = numbered(3)
    await client.appendToStream(stream, events.slice(0, 2), path)
    const more = client.appendToStream(stream, events, { ...path, ...expecting(expected) })
    await expect(more).rejects.toThrow(WrongExpectedVersionError)
    expect(await revisions(client.readStream(stream))).toEqual([0, 1])
  })

  it.each([
    ['the first is new', [3, 1, 2], NO_STREAM],
    ['the second is new', [0, 3, 2], NO_STREAM],
    ['the order is another', [1, 0, 2], NO_STREAM],
    ['the revision is another', [0, 1, 2], 0n],
    ['all are new', [3, 4, 5], 0n],
  ] as const)('of other events is refused: %s', async (_case, picked, expected) => {
    const { client } = served
    const stream = newStream('other')
    const events = numbered(6)
    await client.appendToStream(stream, events.slice(0, 3), path)
    const others = picked.map((index) => events[index]).filter((one) => one !== undefined)
    const append = client.appendToStream(stream, others, { ...path, ...expecting(expected) })
    await expect(append).rejects.toThrow(WrongExpectedVersionError)
    expect(await revisions(client.readStream(stream))).toEqual([0, 1, 2])
  })

  it('whose first event is new is an append, with any', async () => {
    const { client } = served
    const stream = newStream('first-new')
    const [a, b] = [numbered(1), numbered(1)]
    await client.appendToStream(stream, a, path)
    const mixed = await client.appendToStream(stream, [...b, ...a], path)
    expect(mixed.nextExpectedRevision).toBe(2n)
  })

  it('of a deleted stream is still known, but not when it is to exist', async () => {
    const { client } = served
    const stream = newStream('deleted')
    const events = numbered(3)
    const first = await client.appendToStream(stream, events, path)
    await client.deleteStream(stream)
    for (const expected of [ANY, NO_STREAM] as const) {
      const options = { ...path, ...expecting(expected) }
      expect(await client.appendToStream(stream, events, options)).toEqual(first)
    }
    const existing = { ...path, ...expecting(STREAM_EXISTS) }
    const refused = client.appendToStream(stream, events, existing)
    await expect(refused).rejects.toThrow(StreamDeletedError)
    await client.tombstoneStream(stream)
    const dead = client.appendToStream(stream, events, path)
    await expect(dead).rejects.toThrow(StreamDeletedError)
  })

  it('does not mix up streams: the same event may be in two', async () => {
    const { client } = served
    const events = numbered(1)
    const one = await client.appendToStream(newStream('one'), events, path)
    const two = await client.appendToStream(newStream('two'), events, path)
    expect(two.position?.commit).toBeGreaterThan(one.position?.commit ?? 0n)
  })
})

describe('a retry', () => {
  it('is known whichever way the append and the retry came', async () => {
    const { client } = served
    const stream = newStream('either-way')
    const events = numbered(2)
    const [batch, classic] = [APPEND_PATHS[0][1], APPEND_PATHS[1][1]]
    const first = await client.appendToStream(stream, events, batch)
    expect(await client.appendToStream(stream, events, classic)).toEqual(first)
  })
})
