import { type Bar, describeBar } from './bars.ts'
import type { BenchOutcome, Figures } from './bench.ts'
import type { Machine } from './machine.ts'
import { renderTable } from './table.ts'

/** What a run of one bench, or of all, has shown. */
export interface Report {
  readonly bench: string
  /** Quick runs only try a bench out: their bars do not count. */
  readonly quick: boolean
  readonly machine: Machine
  readonly figures: Figures
  readonly bars: readonly Bar[]
}

/** The JSON line, without the line's end. */
export function jsonLine({ bench, quick, machine, figures, bars }: Report): string {
  return JSON.stringify({ bench, quick, machine, figures, bars })
}

/** The report for people. */
export function inWords({ quick, machine, bars }: Report, { tables }: BenchOutcome): string {
  const { cpu, cores, memoryGiB, node, platform, loadAverage } = machine
  const load = `load ${loadAverage.start.join(' ')} before, ${loadAverage.end.join(' ')} after`
  return [
    `${cpu}, ${cores} cores, ${memoryGiB} GiB, Node ${node}, ${platform}; ${load}`,
    ...tables.map(renderTable),
    [quick ? 'Bars (a quick run: they do not count)' : 'Bars', ...bars.map(indentedBar)].join('\n'),
    '',
  ].join('\n\n')
}

function indentedBar(bar: Bar): string {
  return `  ${describeBar(bar)}`
}
