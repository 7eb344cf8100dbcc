import type { Violation } from './auditor/index.ts'

/** What a simulation has shown. */
export interface SimulationReport {
  /** Exact; the list of `violationsShown` may be shorter. */
  readonly violations: number
  readonly violationsShown: readonly ShownViolation[]
  /** Why the day proves less than it should; none when it is complete. */
  readonly incomplete: readonly string[]
  readonly seed: number
  readonly players: number
  readonly rounds: number
  readonly bets: number
  readonly wins: number
  readonly rollbacks: number
  readonly tombstones: number
  readonly deposits: number
  readonly withdrawals: number
  readonly duplicatesSent: number
  readonly conflictsRefused: number
  /** Refusals by code, of business and of input. */
  readonly rejections: Readonly<Record<string, number>>
  readonly answers: number
  readonly acknowledged: number
  /** Acknowledged, and not in the event store. */
  readonly missing: number
  readonly givenUp: number
  readonly retries: Readonly<Record<string, number>>
  readonly kills: Readonly<Record<string, number>>
  readonly seconds: number
  readonly betsPerSecond: number
  readonly requestsPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
  /** Of all the time on one core, what this process itself took while the day went on. */
  readonly clientCpuShare: number
  readonly audited: { readonly events: number; readonly ledgerEntries: number }
  /** How often each situation came about. */
  readonly situations: Readonly<Record<string, number>>
}

export interface ShownViolation extends Violation {
  readonly rule: string
  /** The player's last operations, oldest first. */
  readonly lastOperations: readonly string[]
}

/** Whether nothing was found, and the day was complete. */
export function isSuccess({ violations, missing, incomplete }: SimulationReport): boolean {
  return violations === 0 && missing === 0 && incomplete.length === 0
}

/** The report for people. */
export function inTable(report: SimulationReport): string {
  const counts: readonly [string, string | number][] = [
    ['seed', report.seed],
    ['players', report.players],
    ['rounds', report.rounds],
    ['bets', report.bets],
    ['wins', report.wins],
    ['rollbacks', report.rollbacks],
    ['tombstones', report.tombstones],
    ['deposits', report.deposits],
    ['withdrawals', report.withdrawals],
    ['duplicates sent', report.duplicatesSent],
    ['conflicts refused', report.conflictsRefused],
    ['acknowledged', report.acknowledged],
    ['missing', report.missing],
    ['given up', report.givenUp],
    ['seconds', report.seconds],
    ['bets a second', report.betsPerSecond],
    ['requests a second', report.requestsPerSecond],
    ['p50 ms', report.p50Ms],
    ['p99 ms', report.p99Ms],
    ['max ms', report.maxMs],
    ['client CPU share', report.clientCpuShare],
    ['events audited', report.audited.events],
    ['ledger entries audited', report.audited.ledgerEntries],
  ]
  return [
    ...section('A casino day', counts),
    ...section('Refused', Object.entries(report.rejections)),
    ...section('Sent again for want of an answer', Object.entries(report.retries)),
    ...section('Killed', Object.entries(report.kills)),
    ...section('Came about', Object.entries(report.situations)),
    ...report.incomplete.map((reason) => `INCOMPLETE: ${reason}`),
    ...report.violationsShown.flatMap(describeViolation),
    `violations: ${report.violations}`,
  ].join('\n')
}

/** A violation for people, with the operations that led to it. */
export function describeViolation(violation: ShownViolation): readonly string[] {
  const { invariant, rule, evidence, player, subject, expected, actual, lastOperations } = violation
  return [
    `VIOLATION of invariant ${invariant} (${rule}), seen in ${evidence}`,
    `  ${player === undefined ? '' : `player ${player}, `}${subject}`,
    `  expected ${expected}`,
    `  actual   ${actual}`,
    ...lastOperations.map((operation) => `    ${operation}`),
  ]
}

function section(title: string, counts: readonly (readonly [string, string | number])[]) {
  if (counts.length === 0) return []
  const width = Math.max(...counts.map(([name]) => name.length))
  const lines = counts.map(([name, count]) => `  ${name.padEnd(width)}  ${count}`)
  return [title, ...lines, '']
}
