import { Latencies, type LatencyFigures } from './latencies.ts'

export interface ClosedLoopOptions {
  /** Operations under way at any time: each that ends is followed by the next. */
  readonly inFlight: number
  /** How long operations are counted. */
  readonly durationMs: number
  /** One operation; `index` counts up from 0. */
  readonly operation: (index: number) => Promise<void>
}

export interface LoadFigures extends LatencyFigures {
  readonly perSecond: number
  /** Operations that ended within the time. */
  readonly counted: number
  /** All operations begun: those that were under way at the end were waited for, not counted. */
  readonly begun: number
}

/**
 * Keeps so many operations under way for a while, and until one has ended. An operation that fails ends the whole, after
 * those under way have ended as well.
 */
export async function closedLoop(options: ClosedLoopOptions): Promise<LoadFigures> {
  const { inFlight, durationMs, operation } = options
  const latencies = new Latencies()
  const startMs = performance.now()
  const endMs = startMs + durationMs
  let begun = 0
  let lastEndMs = startMs
  let failed = false

  async function lane(): Promise<void> {
    for (let beginMs = startMs; beginMs < endMs && !failed;) {
      try {
        await operation(begun++)
      } catch (error) {
        failed = true
        throw error
      }
      const nowMs = performance.now()
      if (nowMs <= endMs || latencies.count === 0) {
        latencies.record(nowMs - beginMs)
        lastEndMs = nowMs
      }
      beginMs = nowMs
    }
  }

  const lanes = await Promise.allSettled(Array.from({ length: inFlight }, lane))
  for (const lane of lanes) if (lane.status === 'rejected') throw lane.reason
  const { count } = latencies
  // Until the last that was counted: slow operations must not lose the rest of the time.
  const perSecond = (count / (lastEndMs - startMs)) * 1_000
  return { perSecond, counted: count, begun, ...latencies.figures() }
}

/** Does each of `count` things once, so many at a time. */
export async function each(
  count: number,
  inFlight: number,
  operation: (index: number) => Promise<unknown>,
): Promise<void> {
  let next = 0
  async function lane(): Promise<void> {
    while (next < count) await operation(next++)
  }
  await Promise.all(Array.from({ length: inFlight }, lane))
}
