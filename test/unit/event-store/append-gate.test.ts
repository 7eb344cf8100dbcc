import { setMaxListeners } from 'node:events'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { AppendGate, type Pass } from '../../../infrastructure/event-store/append-gate.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const never = new AbortController().signal
setMaxListeners(0, never)
const limits = { maxInFlight: 4, maxBytesInFlight: 100 }

/** Lets so many attempts ask to pass; those that did, in order. */
async function ask(gate: AppendGate, count: number, bytes = 1): Promise<Pass[]> {
  const passed: Pass[] = []
  for (let index = 0; index < count; index += 1)
    void gate.enter(bytes, never).then((pass) => passed.push(pass))
  await settle()
  return passed
}

/** Runs what is ready to run, without time going by. */
async function settle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0)
}

function first(passes: readonly Pass[]): Pass {
  const pass = passes[0]
  if (!pass) throw new Error('nobody passed')
  return pass
}

test('no more pass at the same time than the limit', async () => {
  const gate = new AppendGate(limits)
  const passed = await ask(gate, 10)
  expect(passed).toHaveLength(4)
  gate.leave(first(passed))
  await settle()
  expect(passed).toHaveLength(5)
})

test('no more bytes pass at the same time than the limit, yet one append always does', async () => {
  const gate = new AppendGate(limits)
  expect(await ask(gate, 3, 60)).toHaveLength(1)
  expect(await ask(new AppendGate(limits), 2, 1_000)).toHaveLength(1)
})

test('after a loss nobody passes for a while, then one alone', async () => {
  const gate = new AppendGate(limits)
  const passed = await ask(gate, 10)
  for (const pass of passed.slice(0)) gate.lost(pass)
  await settle()
  expect(passed).toHaveLength(4)
  await vi.advanceTimersByTimeAsync(50)
  expect(passed).toHaveLength(5)
})

test('attempts that are lost together count as one loss', async () => {
  const gate = new AppendGate(limits)
  for (const pass of await ask(gate, 4)) gate.lost(pass)
  const passed = await ask(gate, 1)
  // The first pause is 50 ms at most; four in a row would be 200 ms at least.
  await vi.advanceTimersByTimeAsync(50)
  expect(passed).toHaveLength(1)
})

test('losses in a row make the pauses longer, up to two seconds', async () => {
  const gate = new AppendGate(limits)
  const pausesMs: number[] = []
  for (let loss = 0; loss < 12; loss += 1) {
    gate.lost(first(await ask(gate, 1)))
    const passed = await ask(gate, 1)
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
  gate.lost(first(await ask(gate, 1)))
  const passed = await ask(gate, 20)
  await vi.advanceTimersByTimeAsync(50)
  expect(passed).toHaveLength(1)
  gate.leave(first(passed))
  await settle()
  expect(passed).toHaveLength(3)
})

test('who stops waiting leaves its place to the next', async () => {
  const gate = new AppendGate({ maxInFlight: 1, maxBytesInFlight: 100 })
  const [holder] = await ask(gate, 1)
  const ending = new AbortController()
  const waiting = gate.enter(1, ending.signal).catch((error: unknown) => error)
  const behind = await ask(gate, 1)
  ending.abort(new Error('enough'))
  expect(await waiting).toEqual(new Error('enough'))
  if (holder) gate.leave(holder)
  await settle()
  expect(behind).toHaveLength(1)
})
