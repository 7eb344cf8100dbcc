import { expect, test } from 'vitest'
import { inTurns, rotated } from '../../../bench/harness/index.ts'

test('candidates take turns, each round begins with another, warm-ups come first and do not count', async () => {
  const order: string[] = []
  const measure = (name: string) => () => {
    order.push(name)
    return Promise.resolve(`${name}${order.length}`)
  }
  const results = await inTurns({
    candidates: { a: measure('a'), b: measure('b'), c: measure('c') },
    rounds: 4,
    warmUp: (name) => {
      order.push(`warm ${name}`)
      return Promise.resolve()
    },
    onRound: (round) => order.push(`round ${round}`),
  })
  expect(order).toEqual(
    ['warm a', 'warm b', 'warm c']
      .concat(['round 1', 'a', 'b', 'c', 'round 2', 'b', 'c', 'a'])
      .concat(['round 3', 'c', 'a', 'b', 'round 4', 'a', 'b', 'c']),
  )
  expect(results.a).toEqual(['a5', 'a11', 'a14', 'a17'])
  expect(results.c).toHaveLength(4)
})

test('a candidate that fails ends the measurement', async () => {
  const candidates = { a: () => Promise.reject(new Error('lost')) }
  const run = inTurns({ candidates, rounds: 3, warmUp: () => Promise.resolve() })
  await expect(run).rejects.toThrow('lost')
})

test('rotation goes round and round', () => {
  expect(rotated(['a', 'b', 'c'], 4)).toEqual(['b', 'c', 'a'])
  expect(rotated([], 2)).toEqual([])
})
