import type { Random } from '../random.ts'
import type { Game } from './game.ts'

/** A slot of three reels and one line. Its return to player is 96.25 % (7,700 in 8,000). */

export type Symbol = 'seven' | 'bar' | 'bell' | 'plum' | 'cherry' | 'blank'

/** How many of a reel's 20 stops show a symbol; the reels are alike. */
const stopsPerSymbol: Readonly<Record<Symbol, number>> = {
  seven: 1,
  bar: 2,
  bell: 3,
  plum: 4,
  cherry: 5,
  blank: 5,
}

/** The symbols of a reel, stop by stop. */
export const reel: readonly Symbol[] = (Object.keys(stopsPerSymbol) as Symbol[]).flatMap((symbol) =>
  Array.from({ length: stopsPerSymbol[symbol] }, () => symbol),
)

/** What three alike on the line pay, in multiples of the stake. */
const threeAlikePays: Readonly<Record<Symbol, bigint>> = {
  seven: 800n,
  bar: 100n,
  bell: 35n,
  plum: 20n,
  cherry: 10n,
  blank: 0n,
}
const TWO_CHERRIES_PAY = 3n
const ONE_CHERRY_PAYS = 1n

/** The multiple of the stake a line pays. Cherries pay from the left. */
export function linePays([left, middle, right]: readonly [Symbol, Symbol, Symbol]): bigint {
  if (left === middle && middle === right) return threeAlikePays[left]
  if (left === 'cherry' && middle === 'cherry') return TWO_CHERRIES_PAY
  return left === 'cherry' ? ONE_CHERRY_PAYS : 0n
}

export const slot: Game = {
  gameId: 'three-reels',
  play(random: Random, chipMinor: bigint) {
    const stake = chipMinor * BigInt(1 + random.below(10))
    const pays = linePays([random.pick(reel), random.pick(reel), random.pick(reel)])
    return { stakes: [stake], payouts: pays === 0n ? [] : [stake * pays] }
  },
}
