import {
  type BenchOutcome,
  type Figures,
  type LoadFigures,
  median,
  ratio,
  rounded,
  summarize,
  type Table,
} from '../harness/index.ts'
import type { CandidateName } from './candidates.ts'
import type { Measured } from './measure.ts'
import { SWEEP_IN_FLIGHT } from './sizes.ts'

/** Results by the number of appends in flight. */
export type Singles = Record<number, Measured<CandidateName>>
/** Results by the number of events per append. */
export type Sweep = Record<number, Measured<'official' | 'ours'>>

export interface Everything {
  readonly singles: Singles
  readonly sweep: Sweep
  readonly sent: number
  readonly stored: number
}

export function outcomeOf({ singles, sweep, sent, stored }: Everything): BenchOutcome {
  const bySingles = mapValues(singles, figuresOfSingles)
  const bySweep = mapValues(sweep, figuresOfSweep)
  const at256 = ratiosOf(singles[256])
  return {
    figures: {
      expectedRevision: 'any',
      singles: bySingles,
      sweep: { inFlight: SWEEP_IN_FLIGHT, byEventsPerAppend: bySweep },
      events: { sent, stored },
    },
    bars: [
      { name: 'append.256.ratioToOfficial', value: at256.ratioToOfficial, atLeast: 4 },
      { name: 'append.256.ratioToNull', value: at256.ratioToNull, atLeast: 0.5 },
    ],
    tables: [tableOfSingles(singles), tableOfSweep(sweep)],
  }
}

function ratiosOf(results: Measured<CandidateName> | undefined) {
  if (results === undefined) throw new Error('256 in flight was not measured')
  const ours = rates(results.ours)
  return {
    ratioToOfficial: ratio(ours, rates(results.official)),
    ratioToNull: ratio(ours, rates(results.oursToNull)),
  }
}

function figuresOfSingles(results: Measured<CandidateName>): Figures {
  return { ...mapValues(results, loadFigures), ...ratiosOf(results) }
}

function loadFigures(rounds: readonly LoadFigures[]): Figures {
  return {
    eventsPerSecond: summarize(rates(rounds)),
    p50Ms: medianOf(rounds, 'p50Ms'),
    p99Ms: medianOf(rounds, 'p99Ms'),
    rounds: rates(rounds).map(rounded),
  }
}

function figuresOfSweep(results: Measured<'official' | 'ours'>, eventsPerAppend: string): Figures {
  const events = mapValues(results, (rounds) => rates(rounds, Number(eventsPerAppend)))
  return {
    official: { eventsPerSecond: summarize(events.official) },
    ours: { eventsPerSecond: summarize(events.ours) },
    ratioToOfficial: ratio(events.ours, events.official),
  }
}

function tableOfSingles(singles: Singles): Table {
  const rows = Object.entries(singles).flatMap(([inFlight, results]) => {
    const { ratioToOfficial, ratioToNull } = ratiosOf(results)
    const row = (name: string, rounds: readonly LoadFigures[]) => [
      `${inFlight} in flight, ${name}`,
      rounded(median(rates(rounds))),
      summarize(rates(rounds)).spread,
      medianOf(rounds, 'p50Ms'),
      medianOf(rounds, 'p99Ms'),
    ]
    return [
      [...row('official client', results.official), ''],
      [...row('ours', results.ours), `${ratioToOfficial} of official, ${ratioToNull} of null`],
      [...row('ours to the null server', results.oursToNull), ''],
    ]
  })
  const columns = ['', 'events/s', 'spread', 'p50 ms', 'p99 ms', 'ratios']
  return { title: 'Appends of one event', columns, rows }
}

function tableOfSweep(sweep: Sweep): Table {
  return {
    title: `Appends of several events, ${SWEEP_IN_FLIGHT} in flight`,
    columns: ['events per append', 'official events/s', 'ours events/s', 'ratio'],
    rows: Object.entries(sweep).map(([events, { official, ours }]) => [
      events,
      rounded(median(rates(official, Number(events)))),
      rounded(median(rates(ours, Number(events)))),
      ratio(rates(ours), rates(official)),
    ]),
  }
}

/** Events a second, round by round. */
function rates(rounds: readonly LoadFigures[], eventsPerAppend = 1): number[] {
  return rounds.map(({ perSecond }) => perSecond * eventsPerAppend)
}

function medianOf(rounds: readonly LoadFigures[], figure: 'p50Ms' | 'p99Ms'): number {
  return rounded(median(rounds.map((round) => round[figure])))
}

function mapValues<Key extends string | number, From, To>(
  record: Record<Key, From>,
  map: (value: From, key: Key & string) => To,
): Record<Key, To> {
  const entries = Object.entries<From>(record) as [Key & string, From][]
  return Object.fromEntries(entries.map(([key, value]) => [key, map(value, key)])) as Record<
    Key,
    To
  >
}
