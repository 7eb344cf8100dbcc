import type { Position } from '@eventstore/db-client'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import { collect, newStream, numbered } from './events.ts'
import { hear } from './hearing.ts'
import { module } from './public-client.ts'
import { serveForTests } from './served.ts'

const { eventTypeFilter, excludeSystemEvents } = module
const served = serveForTests()

/** Where `$all` ends now: the position of an event just appended. */
async function endOfAll(): Promise<Position> {
  const { position } = await served.client.appendToStream(newStream('mark'), numbered(1))
  if (position === undefined) throw new Error('an append has a position')
  return position
}

interface Watched {
  readonly from: Position
  readonly type?: string
  readonly checkpointInterval: number
  readonly maxSearchWindow?: number | undefined
}

/** Subscribes with a filter by type; tells of events and checkpoints as they came. */
function watch({ from, type = 'Checked', checkpointInterval, maxSearchWindow }: Watched) {
  const checkpoints: bigint[] = []
  const order: bigint[] = []
  const filter = eventTypeFilter({
    prefixes: [type],
    checkpointInterval,
    ...(maxSearchWindow === undefined ? {} : { maxSearchWindow }),
    checkpointReached: async (_subscription, { commit, prepare }) => {
      expect(prepare).toBe(commit)
      checkpoints.push(commit)
      order.push(commit)
      await setTimeout(1)
    },
  })
  const subscription = served.client.subscribeToAll({ filter, fromPosition: from })
  subscription.on('data', ({ event }) => order.push(event?.position.commit ?? -1n))
  return { subscription, hearing: hear(subscription), checkpoints, order }
}

describe('checkpoints of a filtered subscription', () => {
  it.each([
    // What is looked at is a whole multiple: the last checkpoint is that of the end as well.
    { events: 384, others: 0, interval: 2, window: undefined, count: 6 },
    { events: 384, others: 10, interval: 2, window: undefined, count: 7 },
    { events: 31, others: 0, interval: 1, window: undefined, count: 1 },
    { events: 32, others: 0, interval: 1, window: undefined, count: 1 },
    { events: 33, others: 0, interval: 1, window: undefined, count: 2 },
    { events: 5, others: 20, interval: 1, window: 10, count: 3 },
    { events: 5, others: 0, interval: 1, window: 1, count: 5 },
    { events: 0, others: 100, interval: 1, window: undefined, count: 4 },
    { events: 0, others: 0, interval: 1, window: undefined, count: 0 },
  ])(
    'are due after every interval, and at the end of the past: $events and $others by $interval x $window',
    async ({ events, others, interval, window, count }) => {
      const { client } = served
      const from = await endOfAll()
      const stream = newStream('checked')
      if (events > 0) await client.appendToStream(stream, numbered(events, 0, 'Checked'))
      if (others > 0) await client.appendToStream(stream, numbered(others, 0, 'Other'))
      const options = { from, checkpointInterval: interval, maxSearchWindow: window }
      const { subscription, hearing, checkpoints, order } = watch(options)
      await hearing.untilCaughtUp()
      expect(hearing.events).toHaveLength(events)
      expect(checkpoints).toHaveLength(count)
      expect(order).toEqual(order.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)))
      const read = await collect(client.readAll({ fromPosition: from }))
      const positions = read.map(({ event }) => event?.position.commit)
      expect(checkpoints.every((checkpoint) => positions.includes(checkpoint))).toBe(true)
      expect(checkpoints.at(-1)).toBe(count === 0 ? undefined : positions.at(-1))
      await subscription.unsubscribe()
    },
  )

  it('go on live, counted from the end of the past', async () => {
    const { client } = served
    const from = await endOfAll()
    const stream = newStream('live')
    const { subscription, hearing, checkpoints } = watch({ from, checkpointInterval: 2 })
    await hearing.untilCaughtUp()
    expect(checkpoints).toEqual([])
    for (let round = 0; round < 20; round += 1) {
      await client.appendToStream(stream, numbered(8, 0, round % 2 === 0 ? 'Checked' : 'Other'))
    }
    await hearing.untilEvents(80)
    await vi.waitFor(() => {
      expect(checkpoints).toHaveLength(2)
    })
    const read = await collect(client.readAll({ fromPosition: from }))
    const positions = read.map(({ event }) => event?.position.commit)
    expect(checkpoints).toEqual([positions[64], positions[128]])
    await subscription.unsubscribe()
  })

  it('number six or seven for 384 events that come while subscribed', async () => {
    const { client } = served
    const from = await endOfAll()
    const stream = newStream('while')
    await client.appendToStream(stream, numbered(8))
    const checkpoints: Position[] = []
    let isReached = false
    const subscription = client.subscribeToAll({
      fromPosition: from,
      filter: excludeSystemEvents({
        checkpointInterval: 2,
        checkpointReached: async (_subscription, position) => {
          checkpoints.push(position)
          isReached = true
          await setTimeout(20)
          isReached = false
        },
      }),
    })
    const hearing = hear(subscription)
    const during: boolean[] = []
    subscription.on('data', () => during.push(isReached))
    for (let round = 0; round < 18; round += 1) await client.appendToStream(stream, numbered(20))
    await client.appendToStream(stream, numbered(16))
    await hearing.untilEvents(384)
    await setTimeout(50)
    expect([6, 7]).toContain(checkpoints.length)
    // The next event waits until the one who asked is done with the checkpoint.
    expect(during).not.toContain(true)
    await subscription.unsubscribe()
  })

  it('are safe to go on from: nothing is missed after any of them', async () => {
    const { client } = served
    const from = await endOfAll()
    const stream = newStream('resumed')
    for (let round = 0; round < 10; round += 1) {
      await client.appendToStream(stream, numbered(3, 0, round % 3 === 0 ? 'Checked' : 'Other'))
    }
    const options = { checkpointInterval: 1, maxSearchWindow: 4 }
    const first = watch({ from, ...options })
    await first.hearing.untilCaughtUp()
    await first.subscription.unsubscribe()
    const read = await collect(client.readAll({ fromPosition: from }))
    const matching = read.filter(({ event }) => event?.type === 'Checked')
    for (const commit of first.checkpoints) {
      const rest = matching.filter(({ event }) => (event?.position.commit ?? -1n) > commit)
      const resumed = watch({ from: { commit, prepare: commit }, ...options })
      await resumed.hearing.untilCaughtUp()
      await resumed.subscription.unsubscribe()
      const expected = rest.map(({ event }) => `${event?.streamId}@${event?.revision}`)
      expect(resumed.hearing.events).toEqual(expected)
    }
    expect(first.checkpoints).toHaveLength(8)
  })
})
