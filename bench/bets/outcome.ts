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
import type { Checked } from './check.ts'
import type { BetFigures } from './ledger/ledger-worker.ts'
import { IN_FLIGHT, SQL_CONNECTIONS } from './sizes.ts'

export interface Measured {
  readonly ledger: readonly BetFigures[]
  readonly ledgerTwice: readonly BetFigures[]
  readonly sql: readonly LoadFigures[]
  readonly plain: readonly LoadFigures[]
}

export function outcomeOf(measured: Measured, checked: Checked): BenchOutcome {
  const { ledger, ledgerTwice, sql, plain } = measured
  const ratios = {
    ratioToSql: ratio(rates(ledger), rates(sql)),
    ratioToAppend: ratio(rates(ledger), rates(plain)),
  }
  const figures: Figures = {
    inFlight: IN_FLIGHT,
    sqlConnections: SQL_CONNECTIONS,
    ledger: { ...loadFigures(ledger), ...roundTrips(ledger) },
    ledgerTenthSentTwice: { ...loadFigures(ledgerTwice), ...roundTrips(ledgerTwice) },
    sql: loadFigures(sql),
    plainAppends: loadFigures(plain),
    ...ratios,
    ledgerBets: { ...checked.ledgerBets },
    sqlBets: { ...checked.sqlBets },
  }
  return {
    figures,
    bars: [
      { name: 'bets.ratioToSql', value: ratios.ratioToSql, atLeast: 8 },
      { name: 'bets.ratioToAppend', value: ratios.ratioToAppend, atLeast: 0.5 },
    ],
    tables: [table(measured, ratios)],
  }
}

function loadFigures(rounds: readonly LoadFigures[]): Figures {
  return {
    perSecond: summarize(rates(rounds)),
    p50Ms: medianOf(rounds, 'p50Ms'),
    p99Ms: medianOf(rounds, 'p99Ms'),
    rounds: rates(rounds).map(rounded),
  }
}

function roundTrips(rounds: readonly BetFigures[]) {
  return {
    appendsPerBet: medianOf(rounds, 'appendsPerBet'),
    readsPerBet: medianOf(rounds, 'readsPerBet'),
  }
}

function table(
  { ledger, ledgerTwice, sql, plain }: Measured,
  { ratioToSql, ratioToAppend }: { readonly ratioToSql: number; readonly ratioToAppend: number },
): Table {
  const row = (name: string, rounds: readonly LoadFigures[], trips: string) => [
    name,
    rounded(median(rates(rounds))),
    summarize(rates(rounds)).spread,
    medianOf(rounds, 'p50Ms'),
    medianOf(rounds, 'p99Ms'),
    trips,
  ]
  const trips = (rounds: readonly BetFigures[]) => {
    const { appendsPerBet, readsPerBet } = roundTrips(rounds)
    return `${appendsPerBet} appends, ${readsPerBet} reads`
  }
  return {
    title:
      `Durable bets, ${IN_FLIGHT} in flight: the ledger places ${ratioToSql} times as many as SQL, ` +
      `${ratioToAppend} times as many as plain appends`,
    columns: ['', 'bets/s', 'spread', 'p50 ms', 'p99 ms', 'calls per bet'],
    rows: [
      row('ledger', ledger, trips(ledger)),
      row('ledger, a tenth sent twice', ledgerTwice, trips(ledgerTwice)),
      row(`SQL ledger, ${SQL_CONNECTIONS} connections`, sql, '1 function'),
      row('plain appends of the same events', plain, '1 append'),
    ],
  }
}

function rates(rounds: readonly LoadFigures[]): number[] {
  return rounds.map(({ perSecond }) => perSecond)
}

function medianOf<Name extends string>(
  rounds: readonly Readonly<Record<Name, number>>[],
  figure: Name,
): number {
  return rounded(median(rounds.map((round) => round[figure])))
}
