import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { AppendAttempt } from '../../../infrastructure/event-store/appending/append-attempt.ts'
import { AttemptsInFlight } from '../../../infrastructure/event-store/appending/attempts-in-flight.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

function attempt(): AppendAttempt {
  const proposed = { batches: [], bytes: 0 }
  return {
    target: { stream: 'test', expectedRevision: 'any' },
    proposed,
    settle: () => undefined,
  }
}

test('an attempt is overdue in its time, whatever is sent again as others become overdue', () => {
  const startMs = performance.now()
  const overdueAtMs = new Map<AppendAttempt, number>()
  let sentAgain = 0
  const inFlight = new AttemptsInFlight(100, ({ attempt: overdue }) => {
    overdueAtMs.set(overdue, performance.now() - startMs)
    sentAgain += 1
    if (sentAgain === 1) inFlight.add('again', attempt())
  })
  const [first, second] = [attempt(), attempt()]
  inFlight.add('first', first)
  vi.advanceTimersByTime(60)
  inFlight.add('second', second)
  vi.advanceTimersByTime(200)
  expect(overdueAtMs.get(first)).toBeCloseTo(100, 0)
  expect(overdueAtMs.get(second)).toBeCloseTo(160, 0)
  expect(overdueAtMs.size).toBe(3)
  expect(inFlight.count).toBe(0)
})

test('an attempt that was answered is never overdue', () => {
  const inFlight = new AttemptsInFlight(100, () => expect.fail('it was answered'))
  const answered = attempt()
  inFlight.add('answered', answered)
  expect(inFlight.take('answered')?.attempt).toBe(answered)
  expect(inFlight.take('answered')).toBeUndefined()
  vi.advanceTimersByTime(1_000)
})
