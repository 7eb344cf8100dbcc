import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { STRATEGY_NAMES } from '../../../infrastructure/event-store-node/services/persistent-subscriptions/core/group-settings.ts'
import { SETTINGS, World } from './persistent-world.ts'

const event = fc.record({
  isWanted: fc.boolean(),
  bucket: fc.integer({ min: 0, max: 3 }),
})
const pick = fc.nat({ max: 30 })

const step = fc.oneof(
  fc.record({ do: fc.constant('append' as const), events: fc.array(event, { maxLength: 6 }) }),
  fc.record({ do: fc.constant('connect' as const), slots: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ do: fc.constant('disconnect' as const), pick }),
  fc.record({ do: fc.constant('read' as const) }),
  fc.record({ do: fc.constant('deliver' as const) }),
  fc.record({ do: fc.constant('acknowledge' as const), picks: fc.array(pick, { maxLength: 4 }) }),
  fc.record({
    do: fc.constant('refuse' as const),
    picks: fc.array(pick, { maxLength: 3 }),
    action: fc.constantFrom('unknown', 'park', 'retry', 'skip', 'stop'),
  }),
  fc.record({ do: fc.constant('tick' as const), afterMs: fc.integer({ min: 0, max: 1_500 }) }),
  fc.record({ do: fc.constant('settle parking' as const), doesWork: fc.boolean() }),
  fc.record({ do: fc.constant('behind' as const), pick, isBehind: fc.boolean() }),
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

const settings = fc.record({
  strategy: fc.constantFrom(...STRATEGY_NAMES),
  maxRetryCount: fc.integer({ min: 0, max: 3 }),
  liveBufferSize: fc.integer({ min: 0, max: 8 }),
  minCheckpointCount: fc.integer({ min: 0, max: 4 }),
  maxCheckpointCount: fc.integer({ min: 0, max: 6 }),
})

/** Ids that somebody holds, or that nobody does. */
function idAt(world: World, index: number): string {
  return world.heldIds[index] ?? String(index)
}

function take(world: World, one: Step): void {
  switch (one.do) {
    case 'append':
      world.append(one.events)
      break
    case 'connect':
      world.connect(one.slots)
      break
    case 'disconnect':
      leave(world, one.pick)
      break
    case 'read':
      world.read()
      break
    case 'deliver':
      world.deliver()
      break
    case 'acknowledge':
      world.acknowledge(one.picks.map((index) => idAt(world, index)))
      break
    case 'refuse':
      world.refuse([...new Set(one.picks.map((index) => idAt(world, index)))], one.action)
      break
    case 'tick':
      world.tick(one.afterMs)
      break
    case 'settle parking':
      world.settleParking(one.doesWork)
      break
    case 'behind':
      fallBehind(world, one.pick, one.isBehind)
  }
}

function leave(world: World, index: number): void {
  const consumer = [...world.held.keys()][index]
  if (consumer !== undefined) world.disconnect(consumer)
}

function fallBehind(world: World, index: number, isBehind: boolean): void {
  const consumer = [...world.held.keys()][index]
  if (consumer !== undefined) consumer.isBehind = isBehind
}

/** Everybody behaves from now on: what is given is acknowledged. */
function finish(world: World): void {
  for (const consumer of world.held.keys()) consumer.isBehind = false
  world.connect(3)
  for (let round = 0; round < 500; round += 1) {
    world.read()
    world.deliver()
    world.acknowledge(world.heldIds)
    world.settleParking()
    world.tick(1)
  }
}

describe('a group, whatever happens to it', () => {
  test.prop([settings, fc.array(step, { maxLength: 60 })])(
    'gives no message to two consumers, checkpoints nothing unfinished, keeps to its bounds',
    (some, steps) => {
      const world = new World(some)
      for (const one of steps) {
        take(world, one)
        expect(world.violations).toEqual([])
        expect(world.core.waiting.freshCount).toBeLessThanOrEqual(SETTINGS.historyBufferSize)
        expect(world.core.waiting.liveCount).toBeLessThanOrEqual(some.liveBufferSize)
      }
    },
  )

  test.prop([settings, fc.array(step, { maxLength: 60 })])(
    'has every event acknowledged, parked or skipped in the end, and says so',
    (some, steps) => {
      const world = new World(some)
      for (const one of steps) take(world, one)
      finish(world)
      world.stop()
      const wanted = world.events.flatMap(({ isWanted }, index) => (isWanted ? [`${index}`] : []))
      expect([...world.finished].toSorted()).toEqual(wanted.toSorted())
      expect(world.violations).toEqual([])
      expect(world.checkpoints.at(-1)).toBe(
        world.events.length === 0 ? undefined : world.events.length - 1,
      )
    },
  )

  test.prop([fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 30 }), fc.array(pick)])(
    'gives the events of a pinned stream in their order, one consumer at a time',
    (buckets, picks) => {
      const events = buckets.map((bucket) => ({ isWanted: true, bucket }))
      const world = new World({ strategy: 'Pinned', maxRetryCount: 100 }, events)
      world.connect(2)
      world.connect(3)
      const order: string[] = []
      for (const index of [...picks, ...events.keys(), ...events.keys()]) {
        world.read()
        order.push(...world.deliver().map((given) => given.split('/')[0] ?? ''))
        world.acknowledge([idAt(world, index % 5)])
        if (index % 7 === 0) world.connect(1)
      }
      for (const bucket of [0, 1, 2, 3]) {
        const ofBucket = order.map(Number).filter((id) => buckets[id] === bucket)
        expect(ofBucket).toEqual(ofBucket.toSorted((a, b) => a - b))
      }
      expect(world.violations).toEqual([])
    },
  )
})
