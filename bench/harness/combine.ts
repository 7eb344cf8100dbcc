import type { BenchOutcome } from './bench.ts'

/** The outcomes of several benches as one: figures by bench, bars and tables in a row. */
export function combine(outcomes: Readonly<Record<string, BenchOutcome>>): BenchOutcome {
  const all = Object.entries(outcomes)
  return {
    figures: Object.fromEntries(all.map(([name, { figures }]) => [name, figures])),
    bars: all.flatMap(([, { bars }]) => bars),
    tables: all.flatMap(([, { tables }]) => tables),
  }
}
