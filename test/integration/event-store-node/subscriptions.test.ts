import {
  type AllStreamSubscription,
  END,
  type EventStoreDBClient,
  eventTypeFilter,
  excludeSystemEvents,
  type Filter,
  type Position,
  START,
  StreamDeletedError,
  streamNameFilter,
  type StreamSubscription,
} from '@eventstore/db-client'
import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type EventStoreNode, startEventStoreNode } from '../../support/event-store-node.ts'
import { clientOf, collect, numbered, userEvents } from './client.ts'

let node: EventStoreNode
let client: EventStoreDBClient

beforeAll(async () => {
  node = await startEventStoreNode()
  client = clientOf(node)
})

afterAll(async () => {
  await client.dispose()
  await node.stop()
})

/** What a subscription has told so far, in order. */
function record(subscription: StreamSubscription | AllStreamSubscription) {
  const heard: string[] = []
  const errors: unknown[] = []
  const stream: StreamSubscription = subscription
  stream.on('confirmation', () => heard.push('confirmation'))
  stream.on('caughtUp', () => heard.push('caughtUp'))
  stream.on('data', ({ event }) => heard.push(`${event?.streamId}@${event?.revision}`))
  stream.on('error', (error) => errors.push(error))
  return { heard, errors }
}

const eventsOf = (stream: string, count: number, first = 0) =>
  Array.from({ length: count }, (_, index) => `${stream}@${first + index}`)

describe('a subscription to a stream', () => {
  it('confirms, gives what is there, is caught up once, then goes on live', async () => {
    const stream = `live-${randomUUID()}`
    await client.appendToStream(stream, numbered(300))
    const subscription = client.subscribeToStream(stream)
    const { heard } = record(subscription)
    await vi.waitFor(() => {
      expect(heard).toContain('caughtUp')
    })
    for (let index = 0; index < 5; index += 1) await client.appendToStream(stream, numbered(2))
    await vi.waitFor(() => {
      expect(heard).toHaveLength(312)
    })
    expect(heard).toEqual([
      'confirmation',
      ...eventsOf(stream, 300),
      'caughtUp',
      ...eventsOf(stream, 10, 300),
    ])
    await subscription.unsubscribe()
  })

  it.each([
    ['a revision', 1n, 2],
    ['the start', START, 0],
    ['the end', END, 3],
  ] as const)('begins after %s', async (_, fromRevision, first) => {
    const stream = `from-${randomUUID()}`
    await client.appendToStream(stream, numbered(3))
    const subscription = client.subscribeToStream(stream, { fromRevision })
    const { heard } = record(subscription)
    await vi.waitFor(() => {
      expect(heard).toContain('caughtUp')
    })
    await client.appendToStream(stream, numbered(1))
    await vi.waitFor(() => {
      expect(heard.at(-1)).toBe(`${stream}@3`)
    })
    expect(heard.filter((what) => what.includes('@'))).toEqual(eventsOf(stream, 4 - first, first))
    await subscription.unsubscribe()
  })

  it('that does not exist yet is caught up, and gets its first events', async () => {
    const stream = `later-${randomUUID()}`
    const subscription = client.subscribeToStream(stream)
    const { heard } = record(subscription)
    await vi.waitFor(() => {
      expect(heard).toEqual(['confirmation', 'caughtUp'])
    })
    await client.appendToStream(stream, numbered(2))
    await vi.waitFor(() => {
      expect(heard.slice(2)).toEqual(eventsOf(stream, 2))
    })
    await subscription.unsubscribe()
  })

  it('survives a deletion and ends with a tombstone', async () => {
    const stream = `mortal-${randomUUID()}`
    await client.appendToStream(stream, numbered(1))
    const { heard, errors } = record(client.subscribeToStream(stream))
    await vi.waitFor(() => {
      expect(heard).toContain('caughtUp')
    })
    await client.deleteStream(stream)
    await client.appendToStream(stream, numbered(1))
    await vi.waitFor(() => {
      expect(heard.at(-1)).toBe(`${stream}@1`)
    })
    await client.tombstoneStream(stream)
    await vi.waitFor(() => {
      expect(errors).toHaveLength(1)
    })
    expect(heard.at(-1)).toBe(`${stream}@9223372036854775807`)
    expect(errors[0]).toBeInstanceOf(StreamDeletedError)
  })

  it('that is tombstoned is refused', async () => {
    const stream = `dead-${randomUUID()}`
    await client.tombstoneStream(stream)
    const { errors } = record(client.subscribeToStream(stream))
    await vi.waitFor(() => {
      expect(errors[0]).toBeInstanceOf(StreamDeletedError)
    })
  })

  it('shows while catching up what the metadata shows, afterwards everything', async () => {
    const stream = `cut-${randomUUID()}`
    await client.appendToStream(stream, numbered(10))
    await client.setStreamMetadata(stream, { maxCount: 2 })
    const subscription = client.subscribeToStream(stream)
    const { heard } = record(subscription)
    await vi.waitFor(() => {
      expect(heard).toContain('caughtUp')
    })
    await client.appendToStream(stream, numbered(5))
    await vi.waitFor(() => {
      expect(heard.at(-1)).toBe(`${stream}@14`)
    })
    expect(heard.filter((what) => what.includes('@'))).toEqual(eventsOf(stream, 7, 8))
    await subscription.unsubscribe()
  })
})

describe('a subscription to $all', () => {
  it('while others write sees every event once and in order', async () => {
    const subscription = client.subscribeToAll({ filter: excludeSystemEvents(), fromPosition: END })
    const seen: bigint[] = []
    const { heard } = record(subscription)
    subscription.on('data', ({ event }) => seen.push(event?.position.commit ?? -1n))
    await vi.waitFor(() => {
      expect(heard).toContain('caughtUp')
    })
    const writers = Array.from({ length: 10 }, async (_, writer) => {
      for (let round = 0; round < 20; round += 1) {
        await client.appendToStream(`busy-${writer}`, numbered(3))
      }
    })
    const lateSubscription = client.subscribeToAll({
      filter: streamNameFilter({ prefixes: ['busy-'] }),
    })
    const late = record(lateSubscription)
    await Promise.all(writers)
    await vi.waitFor(() => {
      expect(seen).toHaveLength(600)
    })
    await vi.waitFor(() => {
      expect(late.heard).toHaveLength(602)
    })
    expect(seen).toEqual(seen.toSorted((a, b) => (a < b ? -1 : 1)))
    expect(new Set(seen).size).toBe(600)
    expect(late.heard.filter((what) => what === 'caughtUp')).toHaveLength(1)
    const inOrder = late.heard.filter((what) => what.startsWith('busy-'))
    expect(new Set(inOrder).size).toBe(600)
    await subscription.unsubscribe()
    await lateSubscription.unsubscribe()
  })

  it('goes on after a position without a gap or a repeat', async () => {
    await client.appendToStream(`resume-${randomUUID()}`, numbered(50))
    const all = await userEvents(client)
    const middle = all[Math.floor(all.length / 2)]?.position as Position
    const subscription = client.subscribeToAll({
      filter: excludeSystemEvents(),
      fromPosition: middle,
    })
    const seen: bigint[] = []
    subscription.on('data', ({ event }) => seen.push(event?.position.commit ?? -1n))
    const rest = all.map(({ position }) => position.commit).filter((at) => at > middle.commit)
    await vi.waitFor(() => {
      expect(seen).toHaveLength(rest.length)
    })
    expect(seen).toEqual(rest)
    await subscription.unsubscribe()
  })

  it('gives system events too unless they are left out', async () => {
    const subscription = client.subscribeToAll()
    const { heard } = record(subscription)
    await vi.waitFor(() => {
      expect(heard).toContain('caughtUp')
    })
    expect(heard[1]).toBe('$epoch-information@0')
    await subscription.unsubscribe()
  })

  it.each<[string, (run: string) => Filter, number]>([
    ['stream name by prefix', (run) => streamNameFilter({ prefixes: [`x-${run}`] }), 20],
    ['stream name by expression', (run) => streamNameFilter({ regex: `^.-${run}$` }), 40],
    ['event type by prefix', (run) => eventTypeFilter({ prefixes: [`A${run}`] }), 20],
    ['event type by prefixes', (run) => eventTypeFilter({ prefixes: [`A${run}`, `B${run}`] }), 40],
    ['event type by expression', (run) => eventTypeFilter({ regex: `^B${run}$` }), 20],
  ])('filters on the server: %s', async (_, filter, count) => {
    const run = randomUUID()
    for (let index = 0; index < 10; index += 1) {
      await client.appendToStream(`x-${run}`, numbered(1, 0, `A${run}`))
      await client.appendToStream(`x-${run}`, numbered(1, 0, `B${run}`))
      await client.appendToStream(`y-${run}`, numbered(1, 0, `A${run}`))
      await client.appendToStream(`y-${run}`, numbered(1, 0, `B${run}`))
    }
    const subscription = client.subscribeToAll({ filter: filter(run) })
    const { heard } = record(subscription)
    await vi.waitFor(() => {
      expect(heard).toContain('caughtUp')
    })
    expect(heard).toHaveLength(count + 2)
    await subscription.unsubscribe()
  })

  it('gives checkpoints of events looked at, which are safe to resume from', async () => {
    const stream = `checkpoints-${randomUUID()}`
    const { position: before } = await client.appendToStream('other', numbered(1))
    await client.appendToStream(stream, numbered(384, 0, 'Checked'))
    await client.appendToStream('other', numbered(10))
    const checkpoints: bigint[] = []
    const order: string[] = []
    const filter = eventTypeFilter({
      prefixes: ['Checked'],
      checkpointInterval: 2,
      checkpointReached: async (_subscription, { commit }) => {
        checkpoints.push(commit)
        order.push(`checkpoint ${commit}`)
        await setTimeout(1)
      },
    })
    const subscription = client.subscribeToAll({ filter, fromPosition: before as Position })
    subscription.on('data', ({ event }) => order.push(`event ${event?.position.commit}`))
    const { heard } = record(subscription)
    await vi.waitFor(() => {
      expect(heard).toContain('caughtUp')
    })
    const positions = (await collect(client.readAll())).map(({ event }) => event?.position.commit)
    expect(checkpoints).toHaveLength(7)
    expect(new Set(checkpoints).size).toBe(7)
    expect(checkpoints.every((checkpoint) => positions.includes(checkpoint))).toBe(true)
    expect(checkpoints.at(-1)).toBe(positions.at(-1))
    const commits = order.map((what) => BigInt(what.split(' ')[1] ?? ''))
    expect(commits).toEqual(commits.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)))
    await subscription.unsubscribe()
  })

  it('refuses a filter that is not understood', async () => {
    const { errors } = record(client.subscribeToAll({ filter: eventTypeFilter({ regex: '(' }) }))
    await vi.waitFor(() => {
      expect(errors).toHaveLength(1)
    })
    expect(String(errors[0])).toContain('INVALID_ARGUMENT')
  })
})

describe('a client', () => {
  it('that reads slowly gets everything, and nobody waits for it', async () => {
    const stream = `slow-${randomUUID()}`
    for (let index = 0; index < 10; index += 1) await client.appendToStream(stream, numbered(500))
    const slow = client.subscribeToStream(stream)
    const seen: bigint[] = []
    for await (const { event } of slow) {
      if (seen.length === 0) await client.appendToStream(stream, numbered(500))
      seen.push(event?.revision ?? -1n)
      if (seen.length === 5_500) break
    }
    expect(await collect(client.readStream(stream))).toHaveLength(5_500)
    expect(seen).toEqual(Array.from({ length: 5_500 }, (_, index) => BigInt(index)))
    await slow.unsubscribe()
  })

  it('that disappears leaves nothing behind', async () => {
    const passing = clientOf(node)
    const subscriptions = Array.from({ length: 20 }, () =>
      record(passing.subscribeToAll({ fromPosition: END })),
    )
    await vi.waitFor(() => {
      for (const { heard } of subscriptions) expect(heard).toContain('caughtUp')
    })
    await passing.dispose()
    await setTimeout(200)
    const started = performance.now()
    await client.dispose()
    await node.restart()
    client = clientOf(node)
    expect(performance.now() - started).toBeLessThan(5_000)
    expect(node.log).not.toMatch(/MaxListeners|"level":[56]0/)
  })
})
