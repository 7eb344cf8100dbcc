import { SETTLE_MS } from '../harness/index.ts'

/** How many events a node holds when it is measured, and how long that takes. */
export interface Sizes {
  readonly events: readonly number[]
  readonly streams: number
  readonly rounds: number
  readonly starts: number
  readonly settleMs: number
  /** Single-event appends in a round: the same work for all, so that their heaps are alike. */
  readonly appends: number
}

export const FULL: Sizes = {
  events: [100_000, 1_000_000, 5_000_000],
  streams: 10_000,
  rounds: 3,
  starts: 7,
  settleMs: SETTLE_MS,
  appends: 40_000,
}

export const QUICK: Sizes = {
  events: [1_000, 2_000, 5_000],
  streams: 100,
  rounds: 1,
  starts: 1,
  settleMs: 0,
  appends: 500,
}

/** Events in an append that fills. */
export const EVENTS_PER_APPEND = 250
export const FILLING_IN_FLIGHT = 4
/** Single-event appends under way at a time. */
export const IN_FLIGHT = 256
