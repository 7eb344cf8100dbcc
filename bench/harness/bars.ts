/** What a figure has to reach, or must not exceed. */
export type Bar =
  | { readonly name: string; readonly value: number; readonly atLeast: number }
  | { readonly name: string; readonly value: number; readonly atMost: number }

/** A figure that is no number reaches nothing. */
export function holds(bar: Bar): boolean {
  return 'atLeast' in bar ? bar.value >= bar.atLeast : bar.value <= bar.atMost
}

/** A bar in words: `append.256.ratioToOfficial is 5.1, at least 4: holds`. */
export function describeBar(bar: Bar): string {
  const rule = 'atLeast' in bar ? `at least ${bar.atLeast}` : `at most ${bar.atMost}`
  return `${bar.name} is ${bar.value}, ${rule}: ${holds(bar) ? 'holds' : 'DOES NOT HOLD'}`
}
