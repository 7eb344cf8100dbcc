import type { Bar } from './bars.ts'
import type { Parts } from './parts.ts'
import type { Table } from './table.ts'

/** Figures as they go into the JSON line: nested objects of numbers, texts and lists of numbers. */
export interface Figures {
  readonly [name: string]: number | string | boolean | readonly number[] | Figures
}

/** What a bench is given. */
export interface BenchContext {
  /** Small counts, to try the bench out: its bars do not count. */
  readonly isQuick: boolean
  /** What the bench starts is stopped with it, by Ctrl-C as well. */
  readonly parts: Parts
  /** Tells the person who waits what goes on, on stderr. */
  readonly say: (text: string) => void
}

export interface BenchOutcome {
  readonly figures: Figures
  readonly bars: readonly Bar[]
  /** The same for people. */
  readonly tables: readonly Table[]
}

/** Something to be measured, by its name on the command line. */
export interface Bench {
  readonly name: string
  run(context: BenchContext): Promise<BenchOutcome>
}
