import { fc } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import {
  emptyKeyWindow,
  fingerprint,
  type KeyWindow,
  mayHaveDropped,
  recall,
  remember,
  WINDOW_LENGTH_MIN,
} from '../../../domain/account/key-window.ts'

/** Keys by number, `from` to `from + length - 1`, so that some come again. */
interface Run {
  readonly from: number
  readonly length: number
}

const anyRuns = fc.array(
  fc.record({ from: fc.nat({ max: 400 }), length: fc.integer({ min: 1, max: 150 }) }),
  { minLength: 1, maxLength: 12 },
)

interface Step {
  readonly key: string
  readonly value: number
  readonly revision: bigint
}

function stepsOf(runs: readonly Run[]): readonly Step[] {
  return runs
    .flatMap(({ from, length }) => Array.from({ length }, (_, nth) => `key ${from + nth}`))
    .map((key, value) => ({ key, value, revision: BigInt(2 * value + 1) }))
}

function windowOf(steps: readonly Step[]): KeyWindow<number> {
  let window = emptyKeyWindow<number>()
  for (const { key, value, revision } of steps) window = remember(window, key, value, revision)
  return window
}

describe('a key window', () => {
  it('knows the newest entries, and says of every older one that it may have been dropped', () => {
    fc.assert(
      fc.property(anyRuns, (runs) => {
        const steps = stepsOf(runs)
        const window = windowOf(steps)
        const newest = [...new Map(steps.map((step) => [step.key, step])).values()]
        const isHeld = ({ key }: Step) => recall(window, key) !== undefined
        const isKnownAsDropped = ({ key, revision }: Step) =>
          mayHaveDropped(window, key) && revision <= window.droppedThrough
        expect(newest.filter((step) => !isHeld(step) && !isKnownAsDropped(step))).toStrictEqual([])
        const held = newest.filter(isHeld)
        expect(held.map(({ key }) => recall(window, key))).toStrictEqual(
          held.map(({ value }) => value),
        )
        expect(steps.slice(-WINDOW_LENGTH_MIN).every(isHeld)).toBe(true)
      }),
    )
  })

  it('never says of a key it has not seen that it may have been dropped', () => {
    const window = windowOf(stepsOf([{ from: 0, length: 30_000 }]))
    const others = Array.from({ length: 30_000 }, (_, nth) => `other ${nth}`)
    expect(others.filter((key) => mayHaveDropped(window, key))).toStrictEqual([])
    expect(mayHaveDropped(window, 'key 0')).toBe(true)
    expect(mayHaveDropped(window, 'key 29999')).toBe(false)
    expect(recall(window, 'never seen')).toBeUndefined()
  })

  it('leaves the windows it grew from as they were', () => {
    fc.assert(
      fc.property(anyRuns, fc.nat(), (runs, at) => {
        const steps = stepsOf(runs)
        const cut = at % steps.length
        const older = windowOf(steps.slice(0, cut))
        const copy = structuredClone(older)
        let window = older
        for (const { key, value, revision } of steps.slice(cut)) {
          window = remember(window, key, value, revision)
        }
        expect(older).toStrictEqual(copy)
        expect(window).toStrictEqual(windowOf(steps))
      }),
      { numRuns: 30 },
    )
  })

  it('says through which revision it has dropped: the newest that is gone, and none that is there', () => {
    const steps = stepsOf([{ from: 0, length: 400 }])
    let window = emptyKeyWindow<number>()
    for (const { key, value, revision } of steps) {
      window = remember(window, key, value, revision)
      const gone = steps
        .slice(0, value + 1)
        .filter((step) => recall(window, step.key) === undefined)
      expect(window.droppedThrough).toBe(gone.at(-1)?.revision ?? -1n)
    }
  })

  it('keeps its memory of dropped keys in few sorted runs, eight bytes a key', () => {
    const window = windowOf(stepsOf([{ from: 0, length: 20_000 }]))
    const lengths = window.dropped.map(({ length }) => length)
    expect(lengths.length).toBeLessThan(16)
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBeLessThanOrEqual(20_000)
    expect(window.dropped.every(isSorted)).toBe(true)
  })

  it('copies what it remembers of dropped keys once for each doubling, not at each addition', () => {
    let window = emptyKeyWindow<number>()
    const longestRuns = new Set<Float64Array | undefined>()
    for (const { key, value, revision } of stepsOf([{ from: 0, length: 20_000 }])) {
      window = remember(window, key, value, revision)
      longestRuns.add(window.dropped.at(-1))
    }
    expect(longestRuns.size).toBeLessThan(20)
  })
})

function isSorted(run: Float64Array): boolean {
  return run.every((value, nth) => nth === 0 || value >= (run[nth - 1] ?? value))
}

describe('a fingerprint', () => {
  it('is a whole number that JSON and typed arrays keep exactly', () => {
    fc.assert(
      fc.property(fc.string(), (key) => {
        expect(Number.isSafeInteger(fingerprint(key))).toBe(true)
        expect(fingerprint(key)).toBeGreaterThanOrEqual(0)
      }),
    )
  })

  it('tells apart ids as providers number them', () => {
    const patterns = [
      (nth: number) => `provider:acme ${nth}`,
      (nth: number) => `provider:acme ${nth.toString(16).padStart(32, '0')}`,
      (nth: number) => `provider:acme ${nth % 300}-${Math.floor(nth / 300)}-bet`,
    ]
    const keys = patterns.flatMap((key) => Array.from({ length: 30_000 }, (_, nth) => key(nth)))
    expect(new Set(keys.map(fingerprint)).size).toBe(new Set(keys).size)
  })
})
