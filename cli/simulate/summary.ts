import {
  type Auditor,
  describeAnswer,
  describeRequest,
  type FinalAudit,
  invariants,
  type Violation,
} from './auditor/index.ts'
import type { ClientFigures } from './client/index.ts'
import type { SimulationOptions } from './options.ts'
import type { ShownViolation, SimulationReport } from './report.ts'
import { notCovered, type Tally } from './traffic/index.ts'

export interface Outcome {
  readonly options: SimulationOptions
  readonly auditor: Auditor
  readonly tally: Tally
  readonly figures: ClientFigures
  readonly kills: ReadonlyMap<string, number>
  /** How long the day took, and the CPU time of this process in it. */
  readonly day: { readonly seconds: number; readonly cpuSeconds: number }
  readonly audit: FinalAudit
  /** What ended the day or the audit before its time. */
  readonly brokenOff: string | undefined
}

/** Puts all figures of a simulation together. */
export function summarize(outcome: Outcome): SimulationReport {
  const { options, auditor, tally, figures, kills, day, audit } = outcome
  const { findings } = auditor
  const { latencyUs } = figures
  const { refusals } = tally
  return {
    violations: findings.count,
    seed: options.seed,
    players: options.players,
    rounds: options.rounds,
    bets: tally.bets,
    wins: tally.wins,
    rollbacks: tally.rollbacks,
    tombstones: tally.tombstones,
    deposits: tally.deposits,
    withdrawals: tally.withdrawals,
    duplicatesSent: tally.duplicatesSent,
    conflictsRefused: refusals.get('TRANSACTION_CONFLICT') ?? 0,
    rejections: sorted(refusals),
    answers: tally.answers,
    acknowledged: tally.acknowledged,
    missing: audit.missing,
    givenUp: tally.givenUp,
    retries: sorted(figures.retries),
    kills: Object.fromEntries(kills),
    seconds: rounded(day.seconds),
    betsPerSecond: rounded(tally.bets / day.seconds),
    requestsPerSecond: rounded(tally.answers / day.seconds),
    p50Ms: rounded(latencyUs.percentile(50) / 1_000),
    p99Ms: rounded(latencyUs.percentile(99) / 1_000),
    maxMs: rounded(latencyUs.max / 1_000),
    clientCpuShare: rounded(day.cpuSeconds / day.seconds),
    audited: { events: audit.events, ledgerEntries: audit.entries },
    situations: sorted(tally.witnessed),
    incomplete: incompleteness(outcome),
    violationsShown: findings.kept.map((violation) => shown(auditor, violation)),
  }
}

function incompleteness({ options, tally, kills, brokenOff }: Outcome): readonly string[] {
  const killed = [...kills.values()].reduce((sum, count) => sum + count, 0)
  return [
    ...(brokenOff === undefined ? [] : [brokenOff]),
    ...notCovered(options, tally.witnessed).map((situation) => `never came about: ${situation}`),
    ...(killed < options.kill ? [`${killed} of ${options.kill} kills: the day was too short`] : []),
    ...(tally.givenUp > 0 ? [`${tally.givenUp} requests never got a definite answer`] : []),
  ]
}

function shown(auditor: Auditor, violation: Violation): ShownViolation {
  const { player, invariant } = violation
  const history = player === undefined ? [] : auditor.account(player).history
  const lastOperations = history.map(({ request, answer, lostAttempts }) => {
    const lost = lostAttempts === 0 ? '' : ` after ${lostAttempts} lost attempts`
    return `${describeRequest(request)} -> ${describeAnswer(answer)}${lost}`
  })
  return { ...violation, rule: invariants[invariant], lastOperations }
}

function sorted(counts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

function rounded(figure: number): number {
  return Math.round(figure * 100) / 100
}
