/** What the port promises of appends, against the embedded node or the server of EVENTSTORE_URL. */
import { EventStoreDBClient } from '@eventstore/db-client'
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  AppendAbandoned,
  AppendRefused,
  connectEventStore,
  type AppendResult,
  type EventStore,
  type ExpectedRevision,
  type NewEvent,
} from '../../../infrastructure/event-store/index.ts'
import { eventStoreUnderTest, type EventStoreUnderTest } from './event-store-under-test.ts'
import { newEvent, newEvents, newStream, toArray } from './events.ts'

let underTest: EventStoreUnderTest
let store: EventStore
beforeAll(async () => {
  underTest = await eventStoreUnderTest()
  store = underTest.store
})
afterAll(() => underTest.stop())

async function streamWith(count: number): Promise<string> {
  const stream = newStream()
  await store.append(stream, newEvents(count), 'no-stream')
  return stream
}

async function revisionsOf(stream: string): Promise<bigint[]> {
  return (await toArray(store.readStream(stream))).map(({ revision }) => revision)
}

describe('an append expecting', () => {
  test('no stream is written to a new one', async () => {
    const stream = newStream()
    const result = await store.append(stream, newEvents(3), 'no-stream')
    expect(result).toMatchObject({ status: 'appended', revision: 2n })
    expect(await revisionsOf(stream)).toEqual([0n, 1n, 2n])
  })

  test('no stream is not written to one with events', async () => {
    const stream = await streamWith(2)
    const result = await store.append(stream, newEvents(1), 'no-stream')
    expect(result).toEqual({ status: 'wrong-expected-revision', actual: 1n })
    expect(await revisionsOf(stream)).toEqual([0n, 1n])
  })

  test('an exact revision is written when it is the last', async () => {
    const stream = await streamWith(2)
    expect(await store.append(stream, newEvents(2), 1n)).toMatchObject({ revision: 3n })
  })

  test('a revision behind the last is not written', async () => {
    const stream = await streamWith(3)
    expect(await store.append(stream, newEvents(1), 1n)).toEqual({
      status: 'wrong-expected-revision',
      actual: 2n,
    })
  })

  test('a revision ahead of the last is not written', async () => {
    const stream = await streamWith(1)
    expect(await store.append(stream, newEvents(1), 9n)).toEqual({
      status: 'wrong-expected-revision',
      actual: 0n,
    })
  })

  test('a wrong revision is told the right one, whatever the connection string asks for', async () => {
    const stream = await streamWith(3)
    const separator = underTest.connectionString.includes('?') ? '&' : '?'
    const connectionString = `${underTest.connectionString}${separator}throwOnAppendFailure=false`
    const careless = connectEventStore({ connectionString })
    try {
      expect(await careless.append(stream, newEvents(1), 0n)).toEqual({
        status: 'wrong-expected-revision',
        actual: 2n,
      })
    } finally {
      await careless.close()
    }
  })

  test('an exact revision of a stream without events is not written', async () => {
    expect(await store.append(newStream(), newEvents(1), 0n)).toEqual({
      status: 'wrong-expected-revision',
    })
  })

  test('a stream that exists is written to one', async () => {
    const stream = await streamWith(1)
    expect(await store.append(stream, newEvents(1), 'stream-exists')).toMatchObject({
      status: 'appended',
      revision: 1n,
    })
  })

  test('a stream that exists is not written to none', async () => {
    const stream = newStream()
    expect(await store.append(stream, newEvents(1), 'stream-exists')).toEqual({
      status: 'wrong-expected-revision',
    })
    expect(await revisionsOf(stream)).toEqual([])
  })

  test('anything is always written', async () => {
    const stream = newStream()
    expect(await store.append(stream, newEvents(1), 'any')).toMatchObject({ revision: 0n })
    expect(await store.append(stream, newEvents(1), 'any')).toMatchObject({ revision: 1n })
  })
})

describe('the same append again', () => {
  test.each<[string, number, ExpectedRevision]>([
    ['no stream', 0, 'no-stream'],
    ['an exact revision', 2, 1n],
    ['a stream that exists', 2, 'stream-exists'],
    ['anything', 0, 'any'],
  ])('expecting %s has the revision and position of the first', async (_, before, expected) => {
    const stream = newStream()
    if (before > 0) await store.append(stream, newEvents(before), 'no-stream')
    const events = newEvents(3)
    const first = await store.append(stream, events, expected)
    await store.append(newStream(), newEvents(1), 'no-stream')
    expect(first.status).toBe('appended')
    expect(await store.append(stream, events, expected)).toEqual(first)
    expect(await revisionsOf(stream)).toHaveLength(before + 3)
  })

  test('is known even when others have been appended behind it', async () => {
    const stream = await streamWith(1)
    const events = newEvents(2)
    const first = await store.append(stream, events, 0n)
    await store.append(stream, newEvents(5), 2n)
    expect(await store.append(stream, events, 0n)).toEqual(first)
  })

  test('is not the same with one event more', async () => {
    const stream = await streamWith(1)
    const events = newEvents(2)
    await store.append(stream, events, 0n)
    expect(await store.append(stream, [...events, newEvent()], 0n)).toEqual({
      status: 'wrong-expected-revision',
      actual: 2n,
    })
  })
})

describe('writers at the same time', () => {
  test('of the same revision: exactly one is written, each time', async () => {
    const other = connectEventStore({ connectionString: underTest.connectionString })
    try {
      const stream = await streamWith(1)
      for (let revision = 0n; revision < 20n; revision += 1n) {
        const writers = [store, other, store, other]
        const results = await Promise.all(
          writers.map((writer) => writer.append(stream, [newEvent()], revision)),
        )
        expect(results.filter(({ status }) => status === 'appended')).toHaveLength(1)
      }
      expect(await revisionsOf(stream)).toHaveLength(21)
    } finally {
      await other.close()
    }
  })

  test('to 300 streams at once: each result is its own', async () => {
    const streams = Array.from({ length: 300 }, () => newStream())
    const results = await Promise.all(
      streams.map((stream, index) => store.append(stream, newEvents((index % 5) + 1), 'no-stream')),
    )
    results.forEach((result, index) => {
      expect(result).toMatchObject({ status: 'appended', revision: BigInt(index % 5) })
    })
    const positions = results.map((result) => positionOf(result))
    expect(new Set(positions).size).toBe(300)
  })
})

function positionOf(result: AppendResult): bigint {
  if (result.status !== 'appended') throw new Error(result.status)
  return result.position
}

describe('what is appended', () => {
  test('is read as it was given, at the position that was answered', async () => {
    const stream = newStream()
    const event: NewEvent = {
      id: randomUUID(),
      type: 'Größe-測試',
      data: {
        text: 'a\u0000\u{1f0a1}"\\',
        list: [1, null, { deep: true }],
        amount: '900719925474099267',
      },
      metadata: { actor: 'somebody', at: '2026-01-01T00:00:00.000Z' },
    }
    const before = Date.now()
    const result = await store.append(stream, [event], 'no-stream')
    const [read] = await toArray(store.readStream(stream))
    expect(read).toMatchObject({ ...event, stream, revision: 0n, position: positionOf(result) })
    expect(Math.abs((read?.recordedAt.getTime() ?? 0) - before)).toBeLessThan(60_000)
  })

  test('goes in whole or not at all, thousands of events too', async () => {
    const stream = newStream()
    expect(await store.append(stream, newEvents(5_000), 'no-stream')).toMatchObject({
      revision: 4_999n,
    })
    expect(await store.append(stream, newEvents(5_000), 10n)).toMatchObject({
      status: 'wrong-expected-revision',
    })
    const revisions = await revisionsOf(stream)
    expect(revisions).toHaveLength(5_000)
    expect(revisions.at(-1)).toBe(4_999n)
  })
})

describe('an append is refused for good', () => {
  const large = { text: 'x'.repeat(1024 * 1024) }

  test('by the client when it is too large', async () => {
    const stream = newStream()
    await expect(store.append(stream, [newEvent(large)], 'any')).rejects.toThrow(AppendRefused)
    expect(await revisionsOf(stream)).toEqual([])
  })

  test('by the server when it is too large for it', async () => {
    const { connectionString } = underTest
    const lenient = connectEventStore({ connectionString, maxAppendBytes: 4 * 1024 * 1024 })
    try {
      const stream = newStream()
      const append = lenient.append(stream, [newEvent(large)], 'any')
      await expect(append).rejects.toThrow(
        /the event store refused: larger than \d+ bytes|the \d+ bytes/,
      )
      await expect(append).rejects.toThrow(AppendRefused)
      expect(await revisionsOf(stream)).toEqual([])
    } finally {
      await lenient.close()
    }
  })

  test('when its stream was deleted for good', async () => {
    const stream = await streamWith(1)
    const client = EventStoreDBClient.connectionString(underTest.connectionString)
    await client.tombstoneStream(stream)
    await client.dispose()
    await expect(store.append(stream, newEvents(1), 'any')).rejects.toThrow('deleted for good')
    await expect(toArray(store.readStream(stream))).rejects.toThrow('deleted for good')
  })
})

test('an append whose signal has aborted is abandoned', async () => {
  const append = store.append(newStream(), newEvents(1), 'no-stream', AbortSignal.abort())
  await expect(append).rejects.toThrow(AppendAbandoned)
})
