/** What the port promises of subscriptions, against the embedded node or EVENTSTORE_URL. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  connectEventStore,
  ReadRefused,
  type EventStore,
  type SubscriptionItem,
} from '../../../infrastructure/event-store/index.ts'
import { eventStoreUnderTest, type EventStoreUnderTest } from './event-store-under-test.ts'
import { newEvent, newEvents, newStream, oneByOne, plain, toArray } from './events.ts'

let underTest: EventStoreUnderTest
let store: EventStore
beforeAll(async () => {
  underTest = await eventStoreUnderTest()
  store = underTest.store
})
afterAll(() => underTest.stop())

/** Collects events until there are so many, or until the first word that all have been seen. */
async function collect(
  prefix: string,
  until: number | 'caught-up',
  after?: bigint,
): Promise<SubscriptionItem[]> {
  const ending = new AbortController()
  const items: SubscriptionItem[] = []
  let events = 0
  const subscription = store.subscribeToAll({
    streamPrefixes: [prefix],
    signal: ending.signal,
    ...(after === undefined ? {} : { after }),
  })
  for await (const item of subscription) {
    items.push(item)
    if (item.kind === 'event') events += 1
    if (until === 'caught-up' ? item.kind === 'caught-up' : events === until) ending.abort()
  }
  return items
}

function names(items: readonly SubscriptionItem[]): string[] {
  return items.map((item) =>
    item.kind === 'event' ? `${item.event.stream}@${item.event.revision}` : item.kind,
  )
}

test('what is stored comes first, then the word that all has been seen', async () => {
  const prefix = newStream('stored')
  await store.append(`${prefix}-a`, newEvents(2), 'no-stream')
  await store.append(newStream('other'), newEvents(2), 'no-stream')
  await store.append(`${prefix}-b`, newEvents(1), 'no-stream')
  expect(names(await collect(prefix, 'caught-up'))).toEqual([
    `${prefix}-a@0`,
    `${prefix}-a@1`,
    `${prefix}-b@0`,
    'caught-up',
  ])
})

test('the word that all has been seen comes also when there is nothing', async () => {
  expect(names(await collect(newStream('nothing'), 'caught-up'))).toEqual(['caught-up'])
})

test('it starts behind the given position', async () => {
  const prefix = newStream('after')
  await store.append(prefix, newEvents(4), 'no-stream')
  const events = await toArray(store.readStream(prefix))
  const items = await collect(prefix, 'caught-up', events[1]?.position)
  expect(names(items)).toEqual([`${prefix}@2`, `${prefix}@3`, 'caught-up'])
})

test('several prefixes are followed together', async () => {
  const [one, two] = [newStream('one'), newStream('two')]
  await store.append(one, newEvents(1), 'no-stream')
  await store.append(two, newEvents(1), 'no-stream')
  const ending = new AbortController()
  const seen: SubscriptionItem[] = []
  const signal = ending.signal
  for await (const item of store.subscribeToAll({ streamPrefixes: [one, two], signal })) {
    seen.push(item)
    if (item.kind === 'caught-up') ending.abort()
  }
  expect(names(seen)).toEqual([`${one}@0`, `${two}@0`, 'caught-up'])
})

test('while two writers append, each event comes once and in order', async () => {
  const prefix = newStream('live')
  const other = connectEventStore({ connectionString: underTest.connectionString })
  const total = 1_000
  const write = async (writer: EventStore, stream: string): Promise<void> => {
    for (let revision = -1; revision < total / 2 - 1; revision += 2)
      await writer.append(stream, newEvents(2), revision < 0 ? 'no-stream' : BigInt(revision))
  }
  try {
    const writing = Promise.all([write(store, `${prefix}-a`), write(other, `${prefix}-b`)])
    const items = await collect(prefix, total)
    await writing
    const events = items.flatMap((item) => (item.kind === 'event' ? [item.event] : []))
    const stored = (await toArray(store.readAll())).filter(({ stream }) =>
      stream.startsWith(prefix),
    )
    expect(events.map(plain)).toEqual(stored.map(plain))
    expect(events).toHaveLength(total)
  } finally {
    await other.close()
  }
})

test('a slow consumer holds up neither the writers nor other reads', async () => {
  const prefix = newStream('slow')
  const ending = new AbortController()
  const slow = oneByOne(store.subscribeToAll({ streamPrefixes: [prefix], signal: ending.signal }))
  const text = 'x'.repeat(100_000)
  for (let index = 0; index < 60; index += 1)
    await store.append(`${prefix}-${index}`, [newEvent({ text })], 'any')
  expect((await slow.next())?.kind).toBe('event')
  expect(await toArray(store.readStream(`${prefix}-59`))).toHaveLength(1)
  for (let index = 1; index < 60; index += 1) {
    expect(await slow.next()).toMatchObject({ event: { stream: `${prefix}-${index}` } })
  }
  ending.abort()
  expect(await slow.next()).toBeUndefined()
})

test('prefixes that would match everything are refused', async () => {
  const { signal } = new AbortController()
  await expect(toArray(store.subscribeToAll({ streamPrefixes: [], signal }))).rejects.toThrow(
    ReadRefused,
  )
  await expect(toArray(store.subscribeToAll({ streamPrefixes: [''], signal }))).rejects.toThrow(
    ReadRefused,
  )
})
