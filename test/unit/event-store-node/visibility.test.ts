import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { firstOf } from '../../../infrastructure/event-store-node/reading/visibility.ts'

describe('the first of which something holds', () => {
  test.prop([fc.nat({ max: 1_000 }), fc.nat({ max: 1_000_000 }), fc.nat({ max: 1_001_000 })])(
    'is found with few looks, wherever it is',
    (low, length, first) => {
      const end = low + length
      const looked: number[] = []
      const found = firstOf(low, end, (number) => {
        looked.push(number)
        return number >= first
      })
      expect(found).toBe(Math.min(end, Math.max(low, first)))
      expect(looked.length).toBeLessThanOrEqual(22)
      expect(looked.every((number) => number >= low && number < end)).toBe(true)
    },
  )
})
