import { describe, expect, it } from 'vitest'
import { unrolledLength } from '../../../infrastructure/event-store-node/reading/unrolled-length.ts'

describe('the length of an expression with its counts written out', () => {
  it.each([
    ['', 0],
    ['^abc$', 5],
    ['a{3}', 3],
    ['a{3}b', 4],
    ['a{0,5}', 5],
    ['a{0}', 1],
    ['a{4,}', 4],
    ['[a-z]{2}', 10],
    ['[({\\]]{2}', 12],
    ['\\{{2}', 4],
    ['\\({2}', 4],
    ['(ab){2}c', 9],
    ['(?:a(b{2}c){3}){4}', 80],
    ['(a', 2],
    ['((a)b', 5],
    ['a)', 2],
    ['x{', 2],
  ])('of %s is %d', (pattern, length) => {
    expect(unrolledLength(pattern)).toBe(length)
  })
})
