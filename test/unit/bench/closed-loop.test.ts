import { setImmediate, setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { closedLoop, each, Latencies } from '../../../bench/harness/index.ts'

test('so many operations are under way at any time, never more, and each is begun once', async () => {
  let underWay = 0
  let most = 0
  const begun: number[] = []
  const figures = await closedLoop({
    inFlight: 5,
    durationMs: 30,
    operation: async (index) => {
      begun.push(index)
      underWay += 1
      most = Math.max(most, underWay)
      await setImmediate()
      underWay -= 1
    },
  })
  expect(most).toBe(5)
  expect(underWay).toBe(0)
  expect(begun).toEqual(begun.map((_, index) => index))
  expect(figures.begun).toBe(begun.length)
  expect(figures.counted).toBeLessThanOrEqual(figures.begun)
  expect(figures.counted).toBeGreaterThan(figures.begun - 6)
})

test('an operation that takes longer than the time is waited for and counted', async () => {
  const figures = await closedLoop({ inFlight: 1, durationMs: 1, operation: () => sleep(20) })
  expect(figures).toMatchObject({ begun: 1, counted: 1 })
  expect(figures.p50Ms).toBeGreaterThan(15)
  expect(figures.perSecond).toBeLessThan(70)
})

test('a failure ends the load after what was under way has ended', async () => {
  let ended = 0
  const load = closedLoop({
    inFlight: 3,
    durationMs: 60_000,
    operation: async (index) => {
      await setImmediate()
      if (index === 4) throw new Error('refused')
      ended += 1
    },
  })
  await expect(load).rejects.toThrow('refused')
  const endedThen = ended
  await sleep(5)
  expect(ended).toBe(endedThen)
})

test('each does every thing once', async () => {
  const done: number[] = []
  await each(7, 3, async (index) => {
    await setImmediate()
    done.push(index)
  })
  expect(done.sort()).toEqual([0, 1, 2, 3, 4, 5, 6])
  await each(0, 3, () => Promise.reject(new Error('nothing was to be done')))
})

test('latencies are found again to three digits, from microseconds to minutes', () => {
  const latencies = new Latencies()
  for (let ms = 1; ms <= 100; ms += 1) latencies.record(ms)
  expect(latencies.count).toBe(100)
  expect(latencies.figures().p50Ms).toBeCloseTo(50, 0)
  expect(latencies.figures().p99Ms).toBeCloseTo(99, 0)
  latencies.record(0)
  latencies.record(3_600_000)
  expect(latencies.figures().maxMs).toBeGreaterThanOrEqual(599_000)
})

test('no latency has no percentile', () => {
  expect(() => new Latencies().figures()).toThrow(RangeError)
})
