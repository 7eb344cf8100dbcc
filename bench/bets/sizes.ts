import { SETTLE_MS } from '../harness/index.ts'

/** How much is measured. */
export interface Sizes {
  readonly players: number
  readonly rounds: number
  readonly durationMs: number
  readonly warmUpMs: number
  readonly settleMs: number
  /** Bets whose events the plain appends repeat. */
  readonly captured: number
}

export const IN_FLIGHT = 256
export const SQL_CONNECTIONS = 20
export const DEPOSIT_MINOR = 1_000_000n
export const STAKE_MINOR = 100n

export const fullSizes: Sizes = {
  players: 10_000,
  rounds: 5,
  durationMs: 3_000,
  warmUpMs: 3_000,
  settleMs: SETTLE_MS,
  captured: 20_000,
}

export const quickSizes: Sizes = {
  players: 300,
  rounds: 3,
  durationMs: 150,
  warmUpMs: 50,
  settleMs: 0,
  captured: 300,
}
