import { expect, test } from 'vitest'
import { describeBar, holds } from '../../../bench/harness/index.ts'

test('a bar holds at its very limit', () => {
  expect(holds({ name: 'a', value: 4, atLeast: 4 })).toBe(true)
  expect(holds({ name: 'a', value: 3.999, atLeast: 4 })).toBe(false)
  expect(holds({ name: 'a', value: 1.33, atMost: 1.33 })).toBe(true)
  expect(holds({ name: 'a', value: 1.34, atMost: 1.33 })).toBe(false)
})

test('what is no number holds no bar', () => {
  expect(holds({ name: 'a', value: Number.NaN, atLeast: 0 })).toBe(false)
  expect(holds({ name: 'a', value: Number.NaN, atMost: 1 })).toBe(false)
})

test('a bar says its name, its value, its limit and whether it holds', () => {
  expect(describeBar({ name: 'append.256.ratioToOfficial', value: 5.1, atLeast: 4 })).toBe(
    'append.256.ratioToOfficial is 5.1, at least 4: holds',
  )
  expect(describeBar({ name: 'nodeGrowth.memoryRatio', value: 2, atMost: 1.33 })).toBe(
    'nodeGrowth.memoryRatio is 2, at most 1.33: DOES NOT HOLD',
  )
})
