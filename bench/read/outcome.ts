import { type BenchOutcome, ratio, rounded, summarize, type Table } from '../harness/index.ts'
import type { ReadFigures } from './reader-worker.ts'
import type { ReaderName } from './readers.ts'

type Results = Readonly<Record<ReaderName, readonly ReadFigures[]>>

/** The bars are those of a reader that looks at data and metadata, as the projections do. */
export function outcomeOf(results: Results, events: number): BenchOutcome {
  const official = rates(results.officialRead)
  const parsed = rates(results.oursReadParsed)
  const ratios = {
    ratioToOfficial: ratio(parsed, official),
    lazyRatioToOfficial: ratio(rates(results.oursReadLazy), official),
    subscriptionRatioToOfficial: ratio(
      rates(results.oursSubscription),
      rates(results.officialSubscription),
    ),
  }
  return {
    figures: {
      events,
      eventsPerSecond: Object.fromEntries(
        Object.entries(results).map(([name, rounds]) => [name, summarize(rates(rounds))]),
      ),
      ...ratios,
    },
    bars: [
      { name: 'read.ratioToOfficial', value: ratios.ratioToOfficial, atLeast: 2 },
      { name: 'read.eventsPerSecond', value: summarize(parsed).median, atLeast: 40_000 },
    ],
    tables: [table(results, ratios, events)],
  }
}

function table(
  results: Results,
  ratios: Readonly<Record<'ratioToOfficial' | `${string}RatioToOfficial`, number>>,
  events: number,
): Table {
  const row = (name: string, rounds: readonly ReadFigures[], ratio: string | number) => {
    const { median, min, max } = summarize(rates(rounds))
    return [name, median, min, max, ratio]
  }
  const { ratioToOfficial, lazyRatioToOfficial = '', subscriptionRatioToOfficial = '' } = ratios
  return {
    title: `Catch-up of ${events} events from $all`,
    columns: ['', 'events/s', 'min', 'max', 'ratio'],
    rows: [
      row('official readAll', results.officialRead, ''),
      row('ours readAll, data and metadata parsed', results.oursReadParsed, ratioToOfficial),
      row('ours readAll, data and metadata left', results.oursReadLazy, lazyRatioToOfficial),
      row('official subscribeToAll', results.officialSubscription, ''),
      row('ours subscribeToAll, parsed', results.oursSubscription, subscriptionRatioToOfficial),
    ],
  }
}

function rates(rounds: readonly ReadFigures[]): number[] {
  return rounds.map(({ eventsPerSecond }) => rounded(eventsPerSecond))
}
