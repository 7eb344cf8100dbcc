import { expect, test } from 'vitest'
import { inTurns, orderOfRound } from '../../../bench/harness/index.ts'

test('candidates take turns in another order each round, warm-ups come first and do not count', async () => {
  const order: string[] = []
  const measure = (name: string) => () => {
    order.push(name)
    return Promise.resolve(`${name}${order.length}`)
  }
  const results = await inTurns({
    candidates: { a: measure('a'), b: measure('b'), c: measure('c') },
    rounds: 4,
    settleMs: 0,
    warmUp: (name) => {
      order.push(`warm ${name}`)
      return Promise.resolve()
    },
    onRound: (round) => order.push(`round ${round}`),
  })
  expect(order).toEqual(
    ['warm a', 'warm b', 'warm c']
      .concat(['round 1', 'a', 'b', 'c', 'round 2', 'c', 'b', 'a'])
      .concat(['round 3', 'b', 'c', 'a', 'round 4', 'a', 'c', 'b']),
  )
  expect(results.a).toEqual(['a5', 'a11', 'a15', 'a17'])
  expect(results.c).toHaveLength(4)
})

test('a candidate that fails ends the measurement', async () => {
  const candidates = { a: () => Promise.reject(new Error('lost')) }
  const run = inTurns({ candidates, rounds: 3, settleMs: 0, warmUp: () => Promise.resolve() })
  await expect(run).rejects.toThrow('lost')
})

test.each([2, 3, 4, 5, 6])('of %i candidates each follows each other equally often', (count) => {
  const names = Array.from({ length: count }, (_, index) => `c${index}`)
  const rounds = count % 2 === 0 ? count : 2 * count
  const places = new Map<string, number>()
  const neighbours = new Map<string, number>()
  for (let round = 0; round < rounds; round += 1) {
    const order = orderOfRound(names, round)
    expect(order.toSorted()).toEqual(names)
    for (const [place, name] of order.entries()) {
      countOne(places, `${name} at ${place}`)
      if (place > 0) countOne(neighbours, `${order[place - 1]} before ${name}`)
    }
  }
  expect(places.size).toBe(count * count)
  expect(new Set(places.values())).toEqual(new Set([rounds / count]))
  expect(neighbours.size).toBe(count * (count - 1))
  expect(new Set(neighbours.values())).toEqual(new Set([rounds / count]))
})

test('one candidate, or none, has but one order', () => {
  expect(orderOfRound(['a'], 3)).toEqual(['a'])
  expect(orderOfRound([], 2)).toEqual([])
})

function countOne(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
