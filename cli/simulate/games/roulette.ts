import type { Random } from '../random.ts'
import type { Game } from './game.ts'

/** European roulette: 37 pockets, one zero. Every bet returns 36 in 37. */

export const POCKETS = 37

/** What the bets pay on top of the stake, to one. */
export const pays = {
  straight: 35n,
  split: 17n,
  street: 11n,
  corner: 8n,
  line: 5n,
  dozen: 2n,
  column: 2n,
  colour: 1n,
  parity: 1n,
  half: 1n,
} as const

export interface RouletteBet {
  readonly kind: keyof typeof pays
  /** The pockets on which the bet wins. */
  readonly pockets: ReadonlySet<number>
}

const reds = new Set([1, 3, 5, 7, 9, 12, 14, 16, 18, 19, 21, 23, 25, 27, 30, 32, 34, 36])
const numbers = Array.from({ length: 36 }, (_, index) => index + 1)
const rows = Array.from({ length: 12 }, (_, index) => index * 3 + 1)

/** Every bet on the table: the numbers stand in twelve rows of three, zero before the first. */
export const bets: readonly RouletteBet[] = [
  ...[0, ...numbers].map((number) => bet('straight', [number])),
  ...numbers.filter((number) => number % 3 !== 0).map((n) => bet('split', [n, n + 1])),
  ...numbers.filter((number) => number <= 33).map((n) => bet('split', [n, n + 3])),
  ...[1, 2, 3].map((number) => bet('split', [0, number])),
  ...rows.map((first) => bet('street', span(first, 3))),
  ...[1, 2].map((number) => bet('street', [0, number, number + 1])),
  ...numbers
    .filter((number) => number % 3 !== 0 && number <= 32)
    .map((n) => bet('corner', [n, n + 1, n + 3, n + 4])),
  bet('corner', [0, 1, 2, 3]),
  ...rows.slice(0, -1).map((first) => bet('line', span(first, 6))),
  ...[1, 13, 25].map((first) => bet('dozen', span(first, 12))),
  ...[1, 2, 0].map((rest) =>
    bet(
      'column',
      where((number) => number % 3 === rest),
    ),
  ),
  ...[true, false].map((red) =>
    bet(
      'colour',
      where((n) => reds.has(n) === red),
    ),
  ),
  ...[0, 1].map((rest) =>
    bet(
      'parity',
      where((number) => number % 2 === rest),
    ),
  ),
  ...[1, 19].map((first) => bet('half', span(first, 18))),
]

/** What a bet brings when the ball falls, the stake included; zero when it loses. */
export function payout({ kind, pockets }: RouletteBet, stake: bigint, pocket: number): bigint {
  return pockets.has(pocket) ? stake * (pays[kind] + 1n) : 0n
}

export const roulette: Game = {
  gameId: 'european-roulette',
  play(random: Random, chipMinor: bigint) {
    const placed = Array.from({ length: 1 + random.below(4) }, () => ({
      bet: random.pick(bets),
      stake: chipMinor * BigInt(1 + random.below(5)),
    }))
    const pocket = random.below(POCKETS)
    const payouts = placed.map(({ bet, stake }) => payout(bet, stake, pocket))
    return {
      stakes: placed.map(({ stake }) => stake),
      payouts: payouts.filter((amount) => amount > 0n),
    }
  },
}

function bet(kind: RouletteBet['kind'], pockets: readonly number[]): RouletteBet {
  return { kind, pockets: new Set(pockets) }
}

function span(first: number, length: number): readonly number[] {
  return Array.from({ length }, (_, index) => first + index)
}

function where(belongs: (number: number) => boolean): readonly number[] {
  return numbers.filter(belongs)
}
