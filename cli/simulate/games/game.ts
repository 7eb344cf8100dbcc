import type { Random } from '../random.ts'

/** A game of a provider, with the pay table it really has. */
export interface Game {
  readonly gameId: string
  /** Plays one round with this chip (minor units): what was staked, and what came of it. */
  play(random: Random, chipMinor: bigint): PlayedRound
}

/** A round as chance had it, in minor units. */
export interface PlayedRound {
  /** One bet or more. */
  readonly stakes: readonly bigint[]
  /** What each winning bet pays, its stake included; empty when nothing is won. */
  readonly payouts: readonly bigint[]
}
