import { expect, test } from 'vitest'
import { nextRestart } from '../../../infrastructure/processes/restart-policy.ts'

const policy = { delayMs: 100, delayMsMax: 500, deathsMax: 5, windowMs: 10_000 }

test('the wait doubles with each death, up to its bound', () => {
  expect(nextRestart([0], 0, policy)).toEqual({ delayMs: 100 })
  expect(nextRestart([0, 1], 1, policy)).toEqual({ delayMs: 200 })
  expect(nextRestart([0, 1, 2], 2, policy)).toEqual({ delayMs: 400 })
  expect(nextRestart([0, 1, 2, 3], 3, policy)).toEqual({ delayMs: 500 })
})

test('one death more than allowed within the window, and it is given up', () => {
  expect(nextRestart([0, 1, 2, 3, 4], 4, policy)).toEqual({ delayMs: 500 })
  expect(nextRestart([0, 1, 2, 3, 4, 5], 5, policy)).toBe('give-up')
})

test('deaths before the window do not count', () => {
  expect(nextRestart([0, 1, 2, 3, 4, 10_004], 10_004, policy)).toEqual({ delayMs: 100 })
})
