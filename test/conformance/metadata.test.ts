import { describe, expect, it } from 'vitest'
import { outcomeOf } from './errors.ts'
import { APPEND_PATHS, collect, expecting, newStream, numbered, revisions } from './events.ts'
import { module } from './public-client.ts'
import { serveForTests } from './served.ts'
import { streamThatIs } from './stream-states.ts'

const { ANY, binaryEvent, jsonEvent, NO_STREAM, STREAM_EXISTS } = module
const served = serveForTests()

describe('stream metadata', () => {
  it('is kept as given: retention, cache control, access list and own keys', async () => {
    const { client } = served
    const stream = newStream('kept')
    const metadata = {
      maxAge: 9,
      maxCount: 7,
      truncateBefore: 1,
      cacheControl: 5,
      acl: {
        readRoles: ['$all'],
        writeRoles: ['a', 'b'],
        deleteRoles: ['c', '$admins'],
        metaReadRoles: ['$all'],
        metaWriteRoles: ['$all'],
      },
      own: { text: 'Ünï 🦃', list: [1, null] },
    }
    await client.setStreamMetadata(stream, metadata)
    expect(await client.getStreamMetadata(stream)).toMatchObject({ streamName: stream, metadata })
  })

  it('of a stream that has none is undefined', async () => {
    const { client } = served
    for (const state of ['never written', 'live'] as const) {
      const stream = await streamThatIs(state, client)
      expect(await client.getStreamMetadata(stream)).toEqual({ streamName: stream })
    }
  })

  it('is what was set last, as a whole', async () => {
    const { client } = served
    const stream = newStream('whole')
    await client.setStreamMetadata(stream, { maxCount: 3, own: 'x' })
    await client.setStreamMetadata(stream, { maxAge: 60 })
    expect((await client.getStreamMetadata(stream)).metadata).toEqual({ maxAge: 60 })
  })

  it('is a stream of its own, which shows its last event alone', async () => {
    const { client } = served
    const stream = newStream('own')
    const first = await client.setStreamMetadata(stream, { own: 1 })
    const second = await client.setStreamMetadata(stream, { own: 2 })
    expect([first.nextExpectedRevision, second.nextExpectedRevision]).toEqual([0n, 1n])
    const [last, ...none] = await collect(client.readStream(`$$${stream}`))
    expect(none).toEqual([])
    expect(last?.event).toMatchObject({ type: '$metadata', revision: 1n, data: { own: 2 } })
    expect(last?.event?.position).toEqual(second.position)
  })

  it.each(APPEND_PATHS)('is set with an expected revision, by %s', async (_, path) => {
    const { client } = served
    const stream = newStream('expecting')
    const set = (expected: Parameters<typeof expecting>[0]) => {
      const options = { ...path, ...expecting(expected) }
      const result = client.setStreamMetadata(stream, { own: 'x' }, options)
      return outcomeOf(result.then(({ nextExpectedRevision }) => nextExpectedRevision))
    }
    const refused = (expected: unknown, actual: unknown) => ({
      conflict: { streamName: `$$${stream}`, expected, actual },
    })
    expect(await set(STREAM_EXISTS)).toEqual(refused(STREAM_EXISTS, NO_STREAM))
    expect(await set(0n)).toEqual(refused(0n, NO_STREAM))
    expect(await set(NO_STREAM)).toEqual({ done: 0n })
    expect(await set(NO_STREAM)).toEqual(refused(NO_STREAM, 0n))
    expect(await set(0n)).toEqual({ done: 1n })
    expect(await set(ANY)).toEqual({ done: 2n })
    expect(await set(STREAM_EXISTS)).toEqual({ done: 3n })
    expect(await set(2n)).toEqual(refused(2n, 3n))
  })

  it.each([
    ['a text', jsonEvent({ type: '$metadata', data: 'odd' })],
    ['a list', jsonEvent({ type: '$metadata', data: [{ $maxCount: 1 }] })],
    ['a number as text', jsonEvent({ type: '$metadata', data: { $maxCount: '1' } })],
    [
      'one odd number among good ones',
      jsonEvent({ type: '$metadata', data: { $maxCount: 1, $tb: 1.5 } }),
    ],
    ['a number too large', jsonEvent({ type: '$metadata', data: { $tb: 1e30 } })],
    ['bytes', binaryEvent({ type: '$metadata', data: Buffer.from('{"$maxCount":1}') })],
  ])('that is malformed hides nothing: %s', async (_case, event) => {
    const { client } = served
    const stream = newStream('odd')
    await client.appendToStream(stream, numbered(3))
    await client.appendToStream(`$$${stream}`, [event])
    expect(await revisions(client.readStream(stream))).toEqual([0, 1, 2])
  })

  it('may be that of a stream yet to come', async () => {
    const { client } = served
    const stream = newStream('early')
    await client.setStreamMetadata(stream, { maxCount: 2 })
    await client.appendToStream(stream, numbered(20))
    expect(await revisions(client.readStream(stream))).toEqual([18, 19])
  })
})
