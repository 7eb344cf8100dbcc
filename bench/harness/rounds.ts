/** Measures one candidate once. */
export type Measure<Result> = () => Promise<Result>

export interface RoundsOptions<Name extends string, Result> {
  readonly candidates: Readonly<Record<Name, Measure<Result>>>
  readonly rounds: number
  /** Runs before the first round, for each candidate; its results are thrown away. */
  readonly warmUp: (name: Name, measure: Measure<Result>) => Promise<unknown>
  readonly onRound?: (round: number) => void
}

/**
 * Measures candidates in turns, so that whatever befalls the machine befalls all of them; each round
 * begins with another candidate, so that none always follows the same one.
 *
 * @returns the results of each candidate, one a round
 */
export async function inTurns<Name extends string, Result>(
  options: RoundsOptions<Name, Result>,
): Promise<Record<Name, Result[]>> {
  const { candidates, rounds, warmUp, onRound } = options
  const names = Object.keys(candidates) as Name[]
  const results = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<
    Name,
    Result[]
  >
  for (const name of names) await warmUp(name, candidates[name])
  for (let round = 0; round < rounds; round += 1) {
    onRound?.(round + 1)
    for (const name of rotated(names, round)) results[name].push(await candidates[name]())
  }
  return results
}

/** The same items, beginning `by` places further on. */
export function rotated<Item>(items: readonly Item[], by: number): Item[] {
  const start = items.length === 0 ? 0 : by % items.length
  return [...items.slice(start), ...items.slice(0, start)]
}
