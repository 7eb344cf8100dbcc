import { setImmediate as untilIdle } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { RecordedEvent, SubscriptionItem } from '../../../infrastructure/event-store/index.ts'
import { ReadAhead, SubscriptionEnded } from '../../../projections/runner/read-ahead.ts'

const caughtUp: SubscriptionItem = { kind: 'caught-up' }

function eventAt(position: number): SubscriptionItem {
  const event: RecordedEvent = {
    id: `event-${position}`,
    type: 'SomethingHappened',
    stream: 'account-1',
    revision: BigInt(position),
    position: BigInt(position),
    recordedAt: new Date(position),
    data: {},
    metadata: {},
  }
  return { kind: 'event', event }
}

function events(count: number): SubscriptionItem[] {
  return Array.from({ length: count }, (_, index) => eventAt(index))
}

/** Yields the items, then waits for ever or fails; counts what was asked of it. */
class Subscription {
  readonly #items: readonly SubscriptionItem[]
  readonly #end: 'waits' | Error
  taken = 0

  constructor(items: readonly SubscriptionItem[], end: 'waits' | Error = 'waits') {
    this.#items = items
    this.#end = end
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<SubscriptionItem> {
    for (const item of this.#items) {
      this.taken += 1
      yield item
    }
    if (this.#end !== 'waits') throw this.#end
    await new Promise(() => undefined)
  }
}

const atOnce = { atLeast: 1, atMost: 10, patienceMs: 5_000 }

test('reads no further ahead than it may', async () => {
  const subscription = new Subscription(events(100))
  const ahead = new ReadAhead(subscription, 5)
  await untilIdle()
  expect(subscription.taken).toBe(5)
  expect((await ahead.take({ ...atOnce, atMost: 3 })).events).toHaveLength(3)
  await untilIdle()
  expect(subscription.taken).toBe(8)
})

test('waits for a batch worth its while', async () => {
  const ahead = new ReadAhead(new Subscription(events(10)), 100)
  const { events: taken } = await ahead.take({ ...atOnce, atLeast: 10 })
  expect(taken.map(({ position }) => position)).toEqual(events(10).map((_, index) => BigInt(index)))
})

test('waits for it only so long', async () => {
  const ahead = new ReadAhead(new Subscription(events(3)), 100)
  const taken = await ahead.take({ atLeast: 10, atMost: 10, patienceMs: 20 })
  expect(taken).toMatchObject({ caughtUp: false, events: { length: 3 } })
})

test('says that all has been taken with the last events, not before', async () => {
  const ahead = new ReadAhead(new Subscription([...events(15), caughtUp]), 100)
  await untilIdle()
  expect(await ahead.take(atOnce)).toMatchObject({ caughtUp: false, events: { length: 10 } })
  expect(await ahead.take({ ...atOnce, atLeast: 10 })).toMatchObject({
    caughtUp: true,
    events: { length: 5 },
  })
})

test('says so when there was nothing to take', async () => {
  const ahead = new ReadAhead(new Subscription([caughtUp]), 100)
  expect(await ahead.take(atOnce)).toEqual({ caughtUp: true, events: [] })
})

test('what came before a failure is taken before it', async () => {
  const failure = new Error('the event store refused')
  const ahead = new ReadAhead(new Subscription(events(2), failure), 100)
  await untilIdle()
  expect((await ahead.take(atOnce)).events).toHaveLength(2)
  await expect(ahead.take(atOnce)).rejects.toBe(failure)
})

test('a lost server ends it, after what came before; what comes later is not taken', async () => {
  const lost: SubscriptionItem = { kind: 'lost', reason: 'the node is gone' }
  const ahead = new ReadAhead(new Subscription([...events(2), lost, ...events(3)]), 100)
  await untilIdle()
  expect((await ahead.take(atOnce)).events).toHaveLength(2)
  await expect(ahead.take(atOnce)).rejects.toThrow('the node is gone')
})

async function* nothing(): AsyncGenerator<SubscriptionItem> {
  // ends at once
}

test('a subscription that ends is a failure', async () => {
  await expect(new ReadAhead(nothing(), 100).take(atOnce)).rejects.toThrow(SubscriptionEnded)
})

test('closing it ends a reading that waits for room', async () => {
  const ahead = new ReadAhead(new Subscription(events(100)), 5)
  await untilIdle()
  await expect(ahead.close()).resolves.toBeUndefined()
})
