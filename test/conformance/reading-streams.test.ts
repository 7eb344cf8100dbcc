import { beforeAll, describe, expect, it } from 'vitest'
import { failure } from './errors.ts'
import { collect, newStream, numbered, readsNatively, revisions } from './events.ts'
import { module } from './public-client.ts'
import { serveForTests } from './served.ts'
import { streamThatIs } from './stream-states.ts'

const { BACKWARDS, END, FORWARDS, START, StreamNotFoundError } = module
const COUNT = 700
const all = Array.from({ length: COUNT }, (_, index) => index)
const served = serveForTests()

beforeAll(async () => {
  await served.client.appendToStream('before', numbered(3))
  await served.client.appendToStream('stream', numbered(COUNT))
  await served.client.appendToStream('beyond', numbered(3))
})

describe('reading a stream', () => {
  it('forwards and backwards gives every event in order', async () => {
    const { client } = served
    expect(await revisions(client.readStream('stream'))).toEqual(all)
    const options = { direction: BACKWARDS, fromRevision: END } as const
    expect(await revisions(client.readStream('stream', options))).toEqual(all.toReversed())
  })

  it('gives each event its own data and a position above the last', async () => {
    const events = await collect(served.client.readStream('stream'))
    expect(events.map(({ event }) => event?.data)).toEqual(all.map((number) => ({ number })))
    const positions = events.map(({ commitPosition }) => commitPosition ?? -1n)
    expect(positions).toEqual(positions.toSorted((a, b) => (a < b ? -1 : 1)))
    expect(new Set(positions).size).toBe(COUNT)
  })

  it.each([
    ['from the start', { fromRevision: START, maxCount: 2 }, [0, 1]],
    ['from revision 0', { fromRevision: 0n, maxCount: 2 }, [0, 1]],
    ['from a revision', { fromRevision: 690n }, all.slice(690)],
    ['a number of events', { maxCount: 5 }, all.slice(0, 5)],
    ['just one page', { maxCount: 32 }, all.slice(0, 32)],
    ['more than one page', { maxCount: 300, fromRevision: 10n }, all.slice(10, 310)],
    ['more than there are', { maxCount: 5_000, fromRevision: 600n }, all.slice(600)],
    ['just the last', { fromRevision: 699n }, [699]],
    ['past the end', { fromRevision: 700n }, []],
    ['far past the end', { fromRevision: 1_000_000_000_000n }, []],
  ] as const)('forwards: %s', async (_, options, expected) => {
    const read = served.client.readStream('stream', { direction: FORWARDS, ...options })
    expect(await revisions(read)).toEqual(expected)
  })

  it.each([
    ['from a revision', { fromRevision: 2n }, [2, 1, 0]],
    ['a number of events', { fromRevision: END, maxCount: 2 }, [699, 698]],
    ['more than one page', { fromRevision: 600n, maxCount: 400 }, all.slice(201, 601).toReversed()],
    ['from past the end', { fromRevision: 10_000n, maxCount: 2 }, [699, 698]],
    ['from revision 0', { fromRevision: 0n }, [0]],
  ] as const)('backwards: %s', async (_, options, expected) => {
    const read = served.client.readStream('stream', { direction: BACKWARDS, ...options })
    expect(await revisions(read)).toEqual(expected)
  })

  it.each(['never written', 'empty with metadata', 'soft-deleted'] as const)(
    'that is %s is an error of its own',
    async (state) => {
      const { client } = served
      const stream = await streamThatIs(state, client)
      for (const [direction, fromRevision] of [
        [FORWARDS, START],
        [BACKWARDS, END],
      ] as const) {
        const error = await failure(collect(client.readStream(stream, { direction, fromRevision })))
        expect(error).toBeInstanceOf(StreamNotFoundError)
        expect(error).toMatchObject({ streamName: stream })
      }
    },
  )

  it('of a name longer than any is refused like one that is not there', async () => {
    const stream = 'x'.repeat(5_000)
    const error = await failure(collect(served.client.readStream(stream)))
    expect(error).toBeInstanceOf(StreamNotFoundError)
  })

  it.skipIf(readsNatively)('backwards from the start gives the first event', async () => {
    const read = served.client.readStream('stream', { direction: BACKWARDS, fromRevision: START })
    expect(await revisions(read)).toEqual([0])
  })

  it.skipIf(readsNatively)('forwards from its end is refused', async () => {
    const read = served.client.readStream('stream', { direction: FORWARDS, fromRevision: END })
    await expect(collect(read)).rejects.toThrow('forwards from its end')
  })

  it.each([-1n, 2n ** 64n])('from revision %s is refused', async (fromRevision) => {
    const read = async () => collect(served.client.readStream('stream', { fromRevision }))
    await expect(read()).rejects.toThrow('fromRevision value must be a non-negative integer')
  })

  it('twenty times at once gives the same to each', async () => {
    const reads = Array.from({ length: 20 }, () => revisions(served.client.readStream('stream')))
    for (const read of await Promise.all(reads)) expect(read).toEqual(all)
  })

  it('can be left in the middle', async () => {
    const { client } = served
    const seen: unknown[] = []
    for await (const { event } of client.readStream('stream')) {
      seen.push(event?.revision)
      if (seen.length === 4) break
    }
    expect(seen).toEqual([0n, 1n, 2n, 3n])
    expect(await revisions(client.readStream('before'))).toEqual([0, 1, 2])
  })

  it('shows it as it was when the read began, whatever is appended meanwhile', async () => {
    const { client } = served
    const stream = newStream('growing')
    await client.appendToStream(stream, numbered(2_000))
    const read = revisions(client.readStream(stream))
    for (let round = 0; round < 20; round += 1) await client.appendToStream(stream, numbered(100))
    const seen = await read
    expect(seen.length).toBeGreaterThanOrEqual(2_000)
    expect(seen).toEqual(seen.map((_, index) => index))
  })
})
