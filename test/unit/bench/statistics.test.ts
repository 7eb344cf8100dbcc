import { describe, expect, test } from 'vitest'
import { median, ratio, rounded, summarize } from '../../../bench/harness/index.ts'

describe('median', () => {
  test('is the middle of the sorted values', () => {
    expect(median([30, 1, 2])).toBe(2)
    expect(median([100, 9, 20, 3, 8])).toBe(9)
  })

  test('is the mean of the two in the middle of an even number', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5)
  })

  test('of one value is that value, of none an error', () => {
    expect(median([7])).toBe(7)
    expect(() => median([])).toThrow(RangeError)
  })

  test('leaves the values in their order', () => {
    const values = [3, 1, 2]
    median(values)
    expect(values).toEqual([3, 1, 2])
  })
})

describe('ratio', () => {
  test('compares within rounds: a round in which all were slow does not count double', () => {
    expect(ratio([40, 4, 44], [10, 1, 10])).toBe(4)
  })

  test('is not the ratio of the medians', () => {
    const values = [9, 10, 50]
    const base = [3, 10, 5]
    expect(ratio(values, base)).toBe(3)
    expect(median(values) / median(base)).toBe(2)
  })

  test('refuses candidates of different numbers of rounds', () => {
    expect(() => ratio([1, 2], [1])).toThrow('every round')
  })
})

test('a summary holds the median, the extremes and their distance as a part of the median', () => {
  expect(summarize([90, 110, 100])).toEqual({ median: 100, min: 90, max: 110, spread: 0.2 })
})

test('figures have four digits', () => {
  expect(rounded(23_456.78)).toBe(23_460)
  expect(rounded(0.123_456)).toBe(0.1235)
})
