import type { Filter } from '@eventstore/db-client'
import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { collect, numbered, readsNatively } from './events.ts'
import { hear } from './hearing.ts'
import { module } from './public-client.ts'
import { serveForTests } from './served.ts'

const { eventTypeFilter, excludeSystemEvents, streamNameFilter } = module
const served = serveForTests()
const run = randomUUID()

/** Ten events each of two types in two streams, and one system event of each stream. */
beforeAll(async () => {
  const { client } = served
  for (const stream of [`x-${run}`, `Y-${run}`]) {
    for (const type of [`A-${run}`, `b-${run}`]) {
      await client.appendToStream(stream, numbered(10, 0, type))
    }
    await client.setStreamMetadata(stream, { own: 1 })
  }
})

const FILTERS: readonly (readonly [string, Filter, number])[] = [
  ['stream name by prefix', streamNameFilter({ prefixes: [`x-${run}`] }), 20],
  ['stream name by prefixes', streamNameFilter({ prefixes: [`x-${run}`, 'no', `Y-${run}`] }), 40],
  ['stream name by expression', streamNameFilter({ regex: `^.-${run}$` }), 40],
  ['stream name by part of it', streamNameFilter({ regex: run }), 42],
  ['stream name of metadata', streamNameFilter({ prefixes: [`$$x-${run}`] }), 1],
  ['event type by prefix', eventTypeFilter({ prefixes: [`A-${run}`] }), 20],
  ['event type by prefixes', eventTypeFilter({ prefixes: [`A-${run}`, `b-${run}`] }), 40],
  ['event type by expression', eventTypeFilter({ regex: `^b-${run}$` }), 20],
  ['event type by either of two', eventTypeFilter({ regex: `^(A|b)-${run}$` }), 40],
  ['event type in another case', eventTypeFilter({ regex: `^a-${run}$` }), 0],
  ['event type whatever the case', eventTypeFilter({ regex: `(?i)^a-${run}$` }), 20],
  ['event type of metadata', eventTypeFilter({ prefixes: ['$metadata'] }), 2],
  ['no system events', excludeSystemEvents(), 40],
  ['nothing at all', streamNameFilter({ prefixes: ['nothing-like-that'] }), 0],
]

describe('a filter', () => {
  it.each(FILTERS)('of a subscription is applied by the server: %s', async (_, filter, count) => {
    const subscription = served.client.subscribeToAll({ filter })
    const hearing = hear(subscription)
    await hearing.untilCaughtUp()
    expect(hearing.events).toHaveLength(count)
    expect(hearing.heard.at(-1)).toBe('caughtUp')
    await subscription.unsubscribe()
  })

  it.runIf(readsNatively).each(FILTERS)('of a read: %s', async (_, filter, count) => {
    // Only the newer client can filter a read.
    const options = { filter, direction: 'forwards' as const }
    expect(await collect(served.client.readAll(options))).toHaveLength(count)
  })

  it('holds for live events too', async () => {
    const { client } = served
    const filter = eventTypeFilter({ prefixes: [`live-${run}`] })
    const subscription = client.subscribeToAll({ filter, fromPosition: 'end' })
    const hearing = hear(subscription)
    await hearing.untilCaughtUp()
    const types = [`live-${run}`, 'other', `live-${run}-2`, `not-live-${run}`]
    for (const type of types) await client.appendToStream(`live-${run}`, numbered(1, 0, type))
    await hearing.untilEvents(2)
    expect(hearing.events).toEqual([`live-${run}@0`, `live-${run}@2`])
    await subscription.unsubscribe()
  })

  it.each(['(', '[', '(a)\\1', '(?=a)b'])(
    'that is not understood is refused: %s',
    async (regex) => {
      const hearing = hear(served.client.subscribeToAll({ filter: eventTypeFilter({ regex }) }))
      expect(String(await hearing.untilError())).toContain('INVALID_ARGUMENT')
    },
  )

  it('that is empty is refused', async () => {
    const filter = streamNameFilter({ prefixes: [] })
    const hearing = hear(served.client.subscribeToAll({ filter }))
    expect(String(await hearing.untilError())).toContain('INVALID_ARGUMENT')
  })

  it.each([
    ['no interval', { checkpointInterval: 0 }],
    ['no window', { maxSearchWindow: 0 }],
  ])('with %s is refused by the client', (_, options) => {
    const filter = streamNameFilter({ prefixes: ['x'], ...options })
    expect(() => served.client.subscribeToAll({ filter })).toThrow('must be greater than 0')
  })

  it('made to backtrack holds nobody up', async () => {
    const { client } = served
    await client.appendToStream(`${'a'.repeat(40)}!`, numbered(1))
    const filter = streamNameFilter({ regex: '^(a+)+$' })
    const subscription = client.subscribeToAll({ filter })
    const hearing = hear(subscription)
    await hearing.untilCaughtUp()
    expect(hearing.events).toEqual([])
    await subscription.unsubscribe()
  })
})
