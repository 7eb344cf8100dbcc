import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { AppendGate, type Pass } from '../../../infrastructure/event-store/appending/append-gate.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const limits = { maxInFlight: 4, maxBytesInFlight: 100 }

/** Lets so many attempts ask to pass; those that did, in order. */
function ask(gate: AppendGate, count: number, bytes = 1): Pass[] {
  const passed: Pass[] = []
  for (let index = 0; index < count; index += 1)
    gate.enter({ bytes, admit: (pass) => passed.push(pass) })
  return passed
}

function first(passes: readonly Pass[]): Pass {
  const pass = passes[0]
  if (!pass) throw new Error('nobody passed')
  return pass
}

test('no more pass at the same time than the limit', () => {
  const gate = new AppendGate(limits)
  const passed = ask(gate, 10)
  expect(passed).toHaveLength(4)
  gate.leave(first(passed))
  expect(passed).toHaveLength(5)
})

test('no more bytes pass at the same time than the limit, yet one append always does', () => {
  const gate = new AppendGate(limits)
  expect(ask(gate, 3, 60)).toHaveLength(1)
  expect(ask(new AppendGate(limits), 2, 1_000)).toHaveLength(1)
})

test('after a loss nobody passes for a while, then one alone', async () => {
  const gate = new AppendGate(limits)
  const passed = ask(gate, 10)
  for (const pass of passed.slice(0)) gate.lost(pass)
  expect(passed).toHaveLength(4)
  await vi.advanceTimersByTimeAsync(50)
  expect(passed).toHaveLength(5)
})

test('attempts that are lost together count as one loss', async () => {
  const gate = new AppendGate(limits)
  for (const pass of ask(gate, 4)) gate.lost(pass)
  const passed = ask(gate, 1)
  // The first pause is 50 ms at most; four in a row would be 200 ms at least.
  await vi.advanceTimersByTimeAsync(50)
  expect(passed).toHaveLength(1)
})

test('losses in a row make the pauses longer, up to two seconds', async () => {
  const gate = new AppendGate(limits)
  const pausesMs: number[] = []
  for (let loss = 0; loss < 12; loss += 1) {
    gate.lost(first(ask(gate, 1)))
    const passed = ask(gate, 1)
    const before = Date.now()
    while (passed.length === 0) await vi.advanceTimersByTimeAsync(1)
    pausesMs.push(Date.now() - before)
    gate.lost(first(passed))
    await vi.advanceTimersByTimeAsync(2_000)
  }
  expect(pausesMs[0]).toBeLessThanOrEqual(50)
  expect(pausesMs.at(-1)).toBeGreaterThanOrEqual(1_000)
  expect(Math.max(...pausesMs)).toBeLessThanOrEqual(2_000)
})

test('each answer after a loss lets one more pass', async () => {
  const gate = new AppendGate(limits)
  gate.lost(first(ask(gate, 1)))
  const passed = ask(gate, 20)
  await vi.advanceTimersByTimeAsync(50)
  expect(passed).toHaveLength(1)
  gate.leave(first(passed))
  expect(passed).toHaveLength(3)
})

test('who stops waiting leaves its place to the next', () => {
  const gate = new AppendGate({ maxInFlight: 4, maxBytesInFlight: 100 })
  const holder = first(ask(gate, 1, 60))
  const large = { bytes: 60, admit: () => expect.fail('it had stopped waiting') }
  gate.enter(large)
  const behind = ask(gate, 1, 40)
  expect(behind).toHaveLength(0)
  gate.leaveQueue(large)
  expect(behind).toHaveLength(1)
  gate.leave(holder)
})

test('nobody passes a gate that was closed, not even when a pause would end', async () => {
  const gate = new AppendGate(limits)
  gate.lost(first(ask(gate, 1)))
  const waiting = ask(gate, 1)
  gate.close()
  await vi.advanceTimersByTimeAsync(2_000)
  expect([...waiting, ...ask(gate, 1)]).toEqual([])
})
