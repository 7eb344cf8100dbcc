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
  /** Told the number of each round before it, from 1. */
  readonly onRound?: (round: number) => void
}

/**
 * Measures candidates in turns, so that whatever befalls the machine befalls all of them; each round
 * begins with another candidate, so that none always follows the same one.
 */
export async function inTurns<Measured extends Candidates>(
  options: RoundsOptions<Measured>,
): Promise<Results<Measured>> {
  const { candidates, rounds, warmUp, onRound } = options
  const names = Object.keys(candidates)
  const results = new Map<string, unknown[]>(names.map((name) => [name, []]))
  for (const name of names) await warmUp(name)
  for (let round = 0; round < rounds; round += 1) {
    onRound?.(round + 1)
    for (const name of rotated(names, round)) {
      results.get(name)?.push(await candidates[name]?.())
    }
  }
  return Object.fromEntries(results) as Results<Measured>
}

/** The same items, beginning `by` places further on. */
export function rotated<Item>(items: readonly Item[], by: number): Item[] {
  const start = items.length === 0 ? 0 : by % items.length
  return [...items.slice(start), ...items.slice(0, start)]
}
