/** What the port promises of reads, against the embedded node or the server of EVENTSTORE_URL. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  connectEventStore,
  EventStoreUnavailable,
  ReadRefused,
  type EventStore,
} from '../../../infrastructure/event-store/index.ts'
import { eventStoreUnderTest, type EventStoreUnderTest } from './event-store-under-test.ts'
import { newEvent, newEvents, newStream, plain, toArray } from './events.ts'

let underTest: EventStoreUnderTest
let store: EventStore
const stream = newStream('read')
beforeAll(async () => {
  underTest = await eventStoreUnderTest()
  store = underTest.store
  await store.append(stream, newEvents(100), 'no-stream')
})
afterAll(() => underTest.stop())

async function revisions(options: Parameters<EventStore['readStream']>[1]): Promise<number[]> {
  const events = await toArray(store.readStream(stream, options))
  return events.map(({ revision }) => Number(revision))
}

test('a stream that does not exist has no events', async () => {
  expect(await toArray(store.readStream(newStream()))).toEqual([])
})

test('a stream is read from its start, whole and in order', async () => {
  expect(await revisions({})).toEqual(Array.from({ length: 100 }, (_, index) => index))
})

test.each([
  ['from a revision, included', { fromRevision: 97n }, [97, 98, 99]],
  ['from a revision behind the last', { fromRevision: 100n }, []],
  ['up to a count', { maxCount: 2 }, [0, 1]],
  ['up to a count of none', { maxCount: 0 }, []],
  ['from a revision up to a count', { fromRevision: 50n, maxCount: 2 }, [50, 51]],
  ['backwards', { direction: 'backwards', maxCount: 3 }, [99, 98, 97]],
  ['backwards from a revision', { direction: 'backwards', fromRevision: 1n }, [1, 0]],
] as const)('a stream is read %s', async (_, options, expected) => {
  expect(await revisions(options)).toEqual(expected)
})

test('all streams are read in the order of positions, each event once', async () => {
  const prefix = newStream('all')
  const written: string[] = []
  for (let index = 0; index < 30; index += 1) {
    const event = newEvent()
    written.push(event.id)
    await store.append(`${prefix}-${index % 3}`, [event], 'any')
  }
  const all = await toArray(store.readAll())
  expect(all.filter((event) => event.stream.startsWith(prefix)).map(({ id }) => id)).toEqual(
    written,
  )
  for (const [index, { position }] of all.entries())
    expect(index === 0 || position > (all[index - 1]?.position ?? 0n)).toBe(true)
  expect(all.some((event) => event.stream.startsWith('$') || event.type.startsWith('$'))).toBe(
    false,
  )
})

test('all streams are read from a position on, including it, up to a count', async () => {
  const mine = newStream('from')
  await store.append(mine, newEvents(5), 'no-stream')
  const events = await toArray(store.readStream(mine))
  const from = events[2]?.position ?? 0n
  const rest = await toArray(store.readAll({ from, maxCount: 2 }))
  expect(rest.map(plain)).toEqual(events.slice(2, 4).map(plain))
  expect(await toArray(store.readAll({ maxCount: 0 }))).toEqual([])
})

test('a read that is broken off leaves the store as it was', async () => {
  for (let round = 0; round < 20; round += 1)
    for await (const event of store.readStream(stream)) if (event.revision === 2n) break
  expect(await revisions({ maxCount: 1 })).toEqual([0])
})

test('many reads at the same time each get all of theirs', async () => {
  const counts = await Promise.all(
    Array.from({ length: 50 }, async () => (await revisions({})).length),
  )
  expect(new Set(counts)).toEqual(new Set([100]))
})

test.each([{ maxCount: -1 }, { maxCount: 1.5 }])('a bound of %o is refused', async (options) => {
  await expect(revisions(options)).rejects.toThrow(ReadRefused)
})

test('a store is ready when its server answers', async () => {
  await expect(store.ready(10_000)).resolves.toBeUndefined()
})

test('a store that was closed reads nothing more', async () => {
  const closed = connectEventStore({ connectionString: underTest.connectionString })
  await closed.ready(10_000)
  await closed.close()
  await expect(toArray(closed.readStream(stream))).rejects.toThrow(EventStoreUnavailable)
})

test('a malformed connection string is refused without being repeated', () => {
  const connectionString = 'esdb://admin:secret@host:notaport'
  expect(() => connectEventStore({ connectionString })).toThrow(/^connectionString: not valid/)
  expect(() => connectEventStore({ connectionString })).not.toThrow(/secret|notaport/)
})
