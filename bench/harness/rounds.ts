import { setTimeout as sleep } from 'node:timers/promises'

/** Measures one candidate once. */
export type Measure<Result> = () => Promise<Result>

export type Candidates = Readonly<Record<string, Measure<unknown>>>

/** What each candidate gave, round by round. */
export type Results<Measured extends Candidates> = {
  readonly [Name in keyof Measured]: Awaited<ReturnType<Measured[Name]>>[]
}

export interface RoundsOptions<Measured extends Candidates> {
  readonly candidates: Measured
  readonly rounds: number
  /** Runs before the first round, once for each candidate; its results are thrown away. */
  readonly warmUp: (name: keyof Measured & string) => Promise<unknown>
  /** The pause before each measurement, so that none pays for what the one before has left to do. */
  readonly settleMs: number
  /** Told the number of each round before it, from 1. */
  readonly onRound?: (round: number) => void
}

/** Sockets, garbage and what the server still writes down have come to rest after that long. */
export const SETTLE_MS = 200

/**
 * Measures candidates in turns, so that whatever befalls the machine befalls all of them, and none
 * always follows the same one: the order is another one in each round.
 */
export async function inTurns<Measured extends Candidates>(
  options: RoundsOptions<Measured>,
): Promise<Results<Measured>> {
  const { candidates, rounds, warmUp, settleMs, onRound } = options
  const names = Object.keys(candidates)
  const results = new Map<string, unknown[]>(names.map((name) => [name, []]))
  for (const name of names) await warmUp(name)
  for (let round = 0; round < rounds; round += 1) {
    onRound?.(round + 1)
    for (const name of orderOfRound(names, round)) {
      await sleep(settleMs)
      results.get(name)?.push(await candidates[name]?.())
    }
  }
  return Object.fromEntries(results) as Results<Measured>
}

/**
 * The order of a round, counted from 0: a row of a balanced Latin square (E. J. Williams, 1949).
 * Over as many rounds as there are items, twice as many for an odd number, each item stands equally
 * often in each place, and follows each other item equally often.
 */
export function orderOfRound<Item>(items: readonly Item[], round: number): Item[] {
  const { length } = items
  const isOdd = length % 2 === 1
  const shift = isOdd ? Math.floor(round / 2) : round
  const order = items.map((_, place) => items.at((zigzag(place) + shift) % length))
  const row = order.filter((item) => item !== undefined)
  return isOdd && round % 2 === 1 ? row.toReversed() : row
}

/** 0, 1, -1, 2, -2 and so on: the steps from one to the next are all different. */
function zigzag(place: number): number {
  return place % 2 === 1 ? (place + 1) / 2 : -place / 2
}
