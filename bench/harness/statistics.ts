/** What several rounds gave for one figure. */
export interface Summary {
  readonly median: number
  readonly min: number
  readonly max: number
  /** Of the rounds, as a part of the median: 0.1 is ten per cent between best and worst. */
  readonly spread: number
  readonly [name: string]: number
}

/** The middle value; of an even number of values, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = sortedNumbers(values)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  if (sorted.length % 2 === 1) return upper
  return ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

export function summarize(values: readonly number[]): Summary {
  const middle = median(values)
  const min = Math.min(...values)
  const max = Math.max(...values)
  return {
    median: rounded(middle),
    min: rounded(min),
    max: rounded(max),
    spread: rounded((max - min) / middle),
  }
}

/**
 * How many times the base a candidate reaches: the median of the ratios within each round, as what
 * was measured one after the other had the machine in the same mood.
 */
export function ratio(values: readonly number[], base: readonly number[]): number {
  if (values.length !== base.length) throw new RangeError('both must have been in every round')
  return rounded(median(values.map((value, round) => value / (base[round] ?? Number.NaN))))
}

/** Four significant digits: a benchmark knows no more. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4))
}

function sortedNumbers(values: readonly number[]): number[] {
  if (values.length === 0) throw new RangeError('no values')
  return [...values].sort((a, b) => a - b)
}
