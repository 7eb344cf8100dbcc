/**
 * Appends, reads and subscriptions while the node is killed, stopped and started again. These
 * always run against a node of their own.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  AppendAbandoned,
  connectEventStore,
  EventStoreUnavailable,
  type EventStore,
  type EventStoreDb,
  type EventStoreSettings,
  type RecordedEvent,
} from '../../../infrastructure/event-store/index.ts'
import { startEventStoreNode, type EventStoreNode } from '../../support/event-store-node.ts'
import { startFreezingProxy } from './freezing-proxy.ts'
import { failureOf, newEvent, newEvents, newStream, oneByOne, plain, toArray } from './events.ts'

let node: EventStoreNode
let stores: EventStore[] = []
beforeEach(async () => {
  node = await startEventStoreNode()
})
afterEach(async () => {
  signal('SIGCONT')
  await Promise.all(stores.map((store) => store.close()))
  stores = []
  await node.stop()
})

function connect(settings: Partial<EventStoreSettings> = {}): EventStoreDb {
  const store = connectEventStore({ connectionString: node.connectionString, ...settings })
  stores.push(store)
  return store
}

function signal(name: 'SIGSTOP' | 'SIGCONT'): void {
  try {
    process.kill(node.pid, name)
  } catch {
    // A node that was killed needs no signal.
  }
}

/** Numbers from 0 to 1 that are the same in each run (a linear congruential generator). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** Appends one event to each of so many new streams, all at once. */
function appendToMany(store: EventStore, count: number) {
  const appends = Array.from({ length: count }, () => ({ stream: newStream(), event: newEvent() }))
  const results = Promise.all(
    appends.map(({ stream, event }) => store.append(stream, [event], 'no-stream')),
  )
  return { appends, results }
}

async function expectEachOnce(
  store: EventStore,
  appends: ReturnType<typeof appendToMany>['appends'],
): Promise<void> {
  const counts = new Map<string, number>()
  for await (const { id } of store.readAll()) counts.set(id, (counts.get(id) ?? 0) + 1)
  expect(appends.map(({ event }) => counts.get(event.id))).toEqual(appends.map(() => 1))
}

describe('appends', () => {
  test.each([1, 2, 3, 4])(
    '200 in flight as the node is killed all get their answer, each stored once (seed %i)',
    async (seed) => {
      const random = seeded(seed)
      const store = connect()
      await store.ready(10_000)
      for (let round = 0; round < 2; round += 1) {
        const { appends, results } = appendToMany(store, 200)
        await sleep(random() * 60)
        await node.kill9()
        await sleep(random() * 300)
        await node.restart()
        expect((await results).every(({ status }) => status === 'appended')).toBe(true)
        await expectEachOnce(store, appends)
      }
    },
  )

  test('to a node that is down resolve when it is up again', async () => {
    const store = connect()
    await node.kill9()
    const { appends, results } = appendToMany(store, 20)
    await sleep(3_000)
    await node.restart()
    expect(await results).toHaveLength(20)
    await expectEachOnce(store, appends)
  })

  test('to a node that stands still are sent again, and late replies do no harm', async () => {
    const store = connect({ appendTimeoutMs: 300 })
    await store.append(newStream(), [newEvent()], 'no-stream')
    for (let round = 0; round < 3; round += 1) {
      const { appends, results } = appendToMany(store, 200)
      await sleep(5)
      signal('SIGSTOP')
      await sleep(1_500)
      signal('SIGCONT')
      expect((await results).every(({ status }) => status === 'appended')).toBe(true)
      await expectEachOnce(store, appends)
    }
  })

  test('leave a connection that hangs, even while a subscription still holds on to it', async () => {
    const proxy = await startFreezingProxy(node.port)
    const ending = new AbortController()
    try {
      const store = connect({
        connectionString: `esdb://127.0.0.1:${proxy.port}?tls=false`,
        appendTimeoutMs: 300,
      })
      const items = oneByOne(
        store.subscribeToAll({ streamPrefixes: ['test'], signal: ending.signal }),
      )
      await items.next()
      const { appends: before, results } = appendToMany(store, 10)
      await results
      proxy.freeze()
      const startedAt = performance.now()
      const { appends, results: late } = appendToMany(store, 50)
      await late
      // A dead connection is found by its keepalive only after 20 s.
      expect(performance.now() - startedAt).toBeLessThan(5_000)
      await expectEachOnce(connect(), [...before, ...appends])
    } finally {
      ending.abort()
      proxy.stop()
    }
  })

  test('whose connection is cut again and again are all stored, each once', async () => {
    const proxy = await startFreezingProxy(node.port)
    try {
      const store = connect({ connectionString: `esdb://127.0.0.1:${proxy.port}?tls=false` })
      await store.ready(10_000)
      const { appends, results } = appendToMany(store, 1_000)
      const cutting = setInterval(() => {
        proxy.cut()
      }, 40)
      await sleep(400)
      clearInterval(cutting)
      expect((await results).every(({ status }) => status === 'appended')).toBe(true)
      expect(store.statistics.repeatedAttempts).toBeGreaterThan(0)
      await expectEachOnce(connect(), appends)
    } finally {
      proxy.stop()
    }
  })

  test('are abandoned when their signal aborts while the node is down', async () => {
    const store = connect()
    await node.kill9()
    const ending = new AbortController()
    const append = store.append(newStream(), [newEvent()], 'no-stream', ending.signal)
    const failure = failureOf(append)
    await sleep(300)
    ending.abort()
    expect(await failure).toBeInstanceOf(AppendAbandoned)
  })
})

describe('reads', () => {
  test('of a node that is down, or stands still, are unavailable in bounded time', async () => {
    const store = connect({ readTimeoutMs: 500 })
    const stream = newStream()
    await store.append(stream, newEvents(3), 'no-stream')
    signal('SIGSTOP')
    const startedAt = performance.now()
    await expect(toArray(store.readStream(stream))).rejects.toThrow(EventStoreUnavailable)
    signal('SIGCONT')
    await node.kill9()
    await expect(toArray(store.readAll())).rejects.toThrow(EventStoreUnavailable)
    await expect(store.ready(500)).rejects.toThrow(EventStoreUnavailable)
    expect(performance.now() - startedAt).toBeLessThan(3_000)
    await node.restart()
    await store.ready(10_000)
    expect(await toArray(store.readStream(stream))).toHaveLength(3)
  })
})

/** Appends pairs of events to one stream after the other, until told to stop. */
async function keepAppending(store: EventStore, prefix: string, until: AbortSignal): Promise<void> {
  for (let round = 0; !until.aborted; round += 1)
    await store.append(`${prefix}-${round % 7}`, newEvents(2), 'any')
}

describe('a subscription', () => {
  test.each([11, 12])('goes on after kills without gap or repeat (seed %i)', async (seed) => {
    const random = seeded(seed)
    const store = connect()
    const prefix = newStream('followed')
    const [writing, following] = [new AbortController(), new AbortController()]
    const written = keepAppending(store, prefix, writing.signal)
    const seen: RecordedEvent[] = []
    let caughtUp = 0
    const followed = (async () => {
      const options = { streamPrefixes: [prefix], signal: following.signal }
      for await (const item of store.subscribeToAll(options)) {
        if (item.kind === 'event') seen.push(item.event)
        else if (item.kind === 'caught-up') caughtUp += 1
        if (random() < 0.02) await sleep(random() * 20)
      }
    })()

    for (let kill = 0; kill < 5; kill += 1) {
      await sleep(200 + random() * 500)
      await node.kill9()
      await sleep(random() * 300)
      await node.restart()
    }
    await store.ready(10_000)
    await sleep(300)
    writing.abort()
    await written
    const stored = (await toArray(store.readAll())).filter(({ stream }) =>
      stream.startsWith(prefix),
    )
    while (seen.length < stored.length) await sleep(20)
    following.abort()
    await followed
    expect(seen.map(({ id }) => id)).toEqual(stored.map(({ id }) => id))
    expect(seen.map(plain)).toEqual(stored.map(plain))
    expect(caughtUp).toBeGreaterThan(1)
  })

  test('notices that the node stands still, and goes on when it moves again', async () => {
    const warnings: string[] = []
    const store = connect({
      connectionString: `${node.connectionString}&keepAliveInterval=1000&keepAliveTimeout=1000`,
      readTimeoutMs: 1_000,
      log: { warn: (_, message) => warnings.push(message) },
    })
    const prefix = newStream('still')
    const ending = new AbortController()
    const items = oneByOne(
      store.subscribeToAll({ streamPrefixes: [prefix], signal: ending.signal }),
    )
    expect(await items.next()).toEqual({ kind: 'caught-up' })
    const event = newEvent()
    const next = items.next()
    signal('SIGSTOP')
    while (!warnings.includes('subscription resumes')) await sleep(50)
    expect(await next).toMatchObject({ kind: 'lost' })
    signal('SIGCONT')
    await store.append(prefix, [event], 'no-stream')
    // Further losses and the word of the next beginning may come before it.
    let found = await items.next()
    while (found !== undefined && found.kind !== 'event') found = await items.next()
    expect(found).toMatchObject({ kind: 'event', event: { id: event.id } })
    ending.abort()
  })
})
