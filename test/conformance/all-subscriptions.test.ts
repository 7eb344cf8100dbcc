import type { Position } from '@eventstore/db-client'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { newStream, numbered, streamOf, userEvents } from './events.ts'
import { eventsOf, hear } from './hearing.ts'
import { module } from './public-client.ts'
import { serveForTests } from './served.ts'

const { END, excludeSystemEvents, START, streamNameFilter } = module
const served = serveForTests()

describe('a subscription to $all', () => {
  it('from the start gives everything, system events too, is caught up once, and goes on', async () => {
    const { client } = served
    const stream = await streamOf(client, 40)
    const subscription = client.subscribeToAll({ fromPosition: START })
    const hearing = hear(subscription)
    await hearing.untilCaughtUp()
    await client.setStreamMetadata(stream, { own: 1 })
    await client.tombstoneStream(stream)
    const before = hearing.heard.indexOf('caughtUp')
    await hearing.untilEvents(before + 1)
    expect(hearing.heard.slice(0, 2)).toEqual(['confirmation', '$epoch-information@0'])
    expect(hearing.heard.slice(before)).toEqual([
      'caughtUp',
      `$$${stream}@0`,
      `${stream}@9223372036854775807`,
    ])
    expect(hearing.heard.slice(before - 40, before)).toEqual(eventsOf(stream, 40))
    await subscription.unsubscribe()
  })

  it('from the end gives only what comes after', async () => {
    const { client } = served
    const stream = await streamOf(client, 3)
    const subscription = client.subscribeToAll({ fromPosition: END })
    const hearing = hear(subscription)
    await hearing.untilCaughtUp()
    await client.appendToStream(stream, numbered(2))
    await hearing.untilEvents(2)
    expect(hearing.heard).toEqual(['confirmation', 'caughtUp', ...eventsOf(stream, 2, 3)])
    await subscription.unsubscribe()
  })

  it('goes on after a position without a gap or a repeat', async () => {
    const { client } = served
    await streamOf(client, 50)
    const all = await userEvents(client)
    const middle = all[Math.floor(all.length / 2)]?.position as Position
    const rest = all.filter(({ position }) => position.commit > middle.commit)
    const filter = excludeSystemEvents()
    const subscription = client.subscribeToAll({ filter, fromPosition: middle })
    const hearing = hear(subscription)
    await hearing.untilCaughtUp()
    expect(hearing.events).toEqual(rest.map(({ streamId, revision }) => `${streamId}@${revision}`))
    await subscription.unsubscribe()
  })

  it('after a position that cannot be is refused', async () => {
    const fromPosition = { commit: 1n, prepare: 2n }
    const hearing = hear(served.client.subscribeToAll({ fromPosition }))
    expect(String(await hearing.untilError())).toContain('invalid position')
  })

  it('after a position to come gives only what comes after that', async () => {
    const { client } = served
    const { position } = await client.appendToStream(newStream('now'), numbered(1))
    const commit = (position?.commit ?? 0n) + 100_000n
    const subscription = client.subscribeToAll({ fromPosition: { commit, prepare: commit } })
    const hearing = hear(subscription)
    await hearing.untilCaughtUp()
    const stream = await streamOf(client, 10)
    await client.appendToStream(
      stream,
      module.binaryEvent({ type: 'L', data: new Uint8Array(200_000) }),
    )
    await client.appendToStream(stream, numbered(1))
    await hearing.untilEvents(1)
    expect(hearing.events).toEqual([`${stream}@11`])
    await subscription.unsubscribe()
  })

  it('while others write sees every event once and in order', async () => {
    const { client } = served
    const run = newStream('busy')
    const filter = streamNameFilter({ prefixes: [run] })
    const early = client.subscribeToAll({ filter, fromPosition: END })
    const positions: bigint[] = []
    early.on('data', ({ event }) => positions.push(event?.position.commit ?? -1n))
    const earlyHearing = hear(early)
    await earlyHearing.untilCaughtUp()
    const writers = Array.from({ length: 10 }, async (_, writer) => {
      for (let round = 0; round < 20; round += 1) {
        await client.appendToStream(`${run}-${writer}`, numbered(3))
      }
    })
    const late = client.subscribeToAll({ filter })
    const lateHearing = hear(late)
    await Promise.all(writers)
    await earlyHearing.untilEvents(600)
    await lateHearing.untilEvents(600)
    expect(positions).toEqual(positions.toSorted((a, b) => (a < b ? -1 : 1)))
    expect(lateHearing.events).toEqual(earlyHearing.events)
    expect(new Set(lateHearing.events).size).toBe(600)
    expect(lateHearing.heard.filter((what) => what === 'caughtUp')).toHaveLength(1)
    await early.unsubscribe()
    await late.unsubscribe()
  })
})

describe('a subscriber that is slow', () => {
  it('loses nothing and keeps the order, while others are not held up', async () => {
    const { client } = served
    const stream = newStream('slow')
    for (let index = 0; index < 6; index += 1) await client.appendToStream(stream, numbered(500))
    const slow = client.subscribeToStream(stream)
    const seen: bigint[] = []
    const reading = (async () => {
      for await (const { event } of slow) {
        seen.push(event?.revision ?? -1n)
        if (seen.length % 100 === 0) await setTimeout(5)
        if (seen.length === 4_000) break
      }
    })()
    const fast = client.subscribeToStream(stream, { fromRevision: END })
    const hearing = hear(fast)
    for (let index = 0; index < 100; index += 1) await client.appendToStream(stream, numbered(10))
    await hearing.untilEvents(1_000)
    await reading
    expect(seen).toEqual(seen.map((_, index) => BigInt(index)))
    await fast.unsubscribe()
  })

  it('that does not read at all holds nobody up, and later gets everything', async () => {
    const { client } = served
    const stream = newStream('stopped')
    const stopped = client.subscribeToStream(stream)
    for (let index = 0; index < 50; index += 1) {
      const event = module.binaryEvent({ type: 'Large', data: new Uint8Array(100_000) })
      await client.appendToStream(stream, event)
    }
    const hearing = hear(stopped)
    await hearing.untilEvents(50)
    expect(hearing.events).toEqual(eventsOf(stream, 50))
    await stopped.unsubscribe()
  })
})
