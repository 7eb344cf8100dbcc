import { expect, test } from 'vitest'
import { backoffMs, pause } from '../../../infrastructure/event-store/backoff.ts'

test('the delay doubles from 50 ms to 2 s', () => {
  const longest = [1, 2, 3, 4, 5, 6, 7, 8, 1_000_000].map((failures) =>
    backoffMs(failures, () => 1),
  )
  expect(longest).toEqual([50, 100, 200, 400, 800, 1_600, 2_000, 2_000, 2_000])
})

test('chance takes up to a half of it', () => {
  expect(backoffMs(3, () => 0)).toBe(100)
  expect(backoffMs(3, () => 0.5)).toBe(150)
})

test('a pause ends early when its signal aborts, without an error', async () => {
  const ending = new AbortController()
  const paused = pause(60_000, ending.signal)
  ending.abort()
  await expect(paused).resolves.toBeUndefined()
})
