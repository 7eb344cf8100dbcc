import { type Bar, type BenchOutcome, median, ratio, rounded, summarize } from '../harness/index.ts'
import type { Round } from './measure.ts'

/** Flat within a third. */
const RATIO_MAX = 1.333

/** Figures, bars and a table of the rounds, by the number of events that the nodes held. */
export function outcomeOf(
  startsMs: Readonly<Record<string, readonly number[]>>,
  rounds: Readonly<Record<string, readonly Round[]>>,
): BenchOutcome {
  const sizes = Object.keys(rounds)
  const of = (size: string, pick: (round: Round) => number) => (rounds[size] ?? []).map(pick)
  const memory = sizes.map((size) => of(size, ({ anonymousMiB }) => anonymousMiB))
  const resident = sizes.map((size) => of(size, ({ residentMiB }) => residentMiB))
  const appends = sizes.map((size) => of(size, ({ appendsPerSecond }) => appendsPerSecond))
  const starts = sizes.map((size) => startsMs[size] ?? [])
  const bySize = (values: readonly (readonly number[])[]) =>
    Object.fromEntries(sizes.map((size, at) => [size, summarize(values[at] ?? [])]))
  return {
    figures: {
      eventsHeld: Object.fromEntries(
        sizes.map((size) => [size, { ...heldIn(rounds[size] ?? []) }]),
      ),
      memoryAnonymousMiB: bySize(memory),
      memoryResidentMiB: bySize(resident),
      startMs: bySize(starts),
      appendsPerSecond: bySize(appends),
    },
    bars: [
      bar('nodeGrowth.memoryRatio', memory),
      bar('nodeGrowth.startRatio', starts),
      bar('nodeGrowth.appendRatio', appends),
    ],
    tables: [
      {
        title:
          'A node that holds so many events when it starts, and while it is appended to (medians)',
        columns: [
          'events',
          'while appending',
          'own memory, MiB',
          'resident, MiB',
          'start, ms',
          'appends/s',
        ],
        rows: sizes.map((size, at) => [
          Number(size).toLocaleString('en'),
          inWords(heldIn(rounds[size] ?? [])),
          median(memory[at] ?? []),
          median(resident[at] ?? []),
          median(starts[at] ?? []),
          median(appends[at] ?? []),
        ]),
      },
    ],
  }
}

interface Held {
  readonly atStart: number
  readonly atEnd: number
}

/** What a node held as its first round began, and as its last one ended: the rounds add events. */
function heldIn(rounds: readonly Round[]): Held {
  return { atStart: rounds[0]?.eventsAtStart ?? 0, atEnd: rounds.at(-1)?.eventsAtEnd ?? 0 }
}

function inWords({ atStart, atEnd }: Held): string {
  return `${atStart.toLocaleString('en')} to ${atEnd.toLocaleString('en')}`
}

/**
 * The highest against the lowest: 1 when the number of events makes no difference. Each size is held
 * against the smallest one within the same round, as the machine was in the same mood then.
 */
function bar(name: string, values: readonly (readonly number[])[]): Bar {
  const [base = []] = values
  const relative = values.map((rounds) => ratio(rounds, base))
  return { name, value: rounded(Math.max(...relative) / Math.min(...relative)), atMost: RATIO_MAX }
}
