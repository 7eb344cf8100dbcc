import { SETTLE_MS } from '../harness/index.ts'

/** How much is measured. */
export interface Sizes {
  readonly rounds: number
  readonly durationMs: number
  readonly warmUpMs: number
  readonly streams: number
  readonly sweepRounds: number
  readonly settleMs: number
}

/** Single-event appends under way at a time. */
export const IN_FLIGHT = [1, 32, 256] as const
/** Events per append in the sweep, and its appends under way at a time. */
export const EVENTS_PER_APPEND = [1, 10, 50, 200, 1_000] as const
export const SWEEP_IN_FLIGHT = 8

export const fullSizes: Sizes = {
  rounds: 5,
  durationMs: 1_500,
  warmUpMs: 1_500,
  streams: 10_000,
  sweepRounds: 3,
  settleMs: SETTLE_MS,
}

export const quickSizes: Sizes = {
  rounds: 3,
  durationMs: 60,
  warmUpMs: 20,
  streams: 200,
  sweepRounds: 3,
  settleMs: 0,
}
