import type { Verification } from '../../infrastructure/event-store-node/maintenance/index.ts'
import type { Path } from './attempt.ts'
import type { Checked, Faults } from './check.ts'
import type { Recording } from './recording.ts'

/** What a crash run has shown. */
export interface CrashReport {
  /**
   * Nothing is missing, double, torn or out of place, each path had appends acknowledged, and the
   * folder passes its verification.
   */
  readonly ok: boolean
  readonly seed: number
  readonly kills: number
  readonly killsWhileStarting: number
  readonly acknowledgedAppends: number
  /** Sendings that were acknowledged, by the call they took. */
  readonly acknowledgedBy: Readonly<Record<Path, number>>
  readonly acknowledgedEvents: number
  readonly found: number
  /** Appends that were sent again because their first sending got no answer, or although it did. */
  readonly sentAgain: number
  readonly refused: number
  readonly neverKnown: number
  readonly faults: Faults
  /** What failed appends were answered with. */
  readonly failures: readonly string[]
  readonly restartMs: { readonly median: number; readonly max: number }
  readonly verification: Pick<Verification, 'ok' | 'records' | 'streams' | 'findings'>
}

const FAILURES_TOLD_MAX = 10

interface Parts {
  readonly seed: number
  readonly kills: number
  readonly killsWhileStarting: number
  readonly restartsMs: readonly number[]
  readonly recording: Recording
  readonly checked: Checked
  readonly verification: Verification
}

export function reportOf(parts: Parts): CrashReport {
  const { seed, kills, killsWhileStarting, restartsMs, recording, checked, verification } = parts
  const { ok, records, streams, findings } = verification
  const { attempts, acknowledgedBy } = recording
  const isFaultless = Object.values(checked.faults).every((count) => count === 0)
  const hasUsedEachPath = Object.values(acknowledgedBy).every((count) => count > 0)
  const sorted = restartsMs.toSorted((a, b) => a - b)
  return {
    ok: ok && isFaultless && hasUsedEachPath,
    seed,
    kills,
    killsWhileStarting,
    acknowledgedAppends: recording.acknowledged,
    acknowledgedBy,
    acknowledgedEvents: checked.acknowledgedEvents,
    found: checked.found,
    sentAgain: attempts.filter(({ timesSent }) => timesSent > 1).length,
    refused: attempts.filter(({ outcome }) => outcome.kind === 'refused').length,
    neverKnown: attempts.filter(({ outcome }) => outcome.kind === 'unknown').length,
    faults: checked.faults,
    failures: attempts
      .flatMap(({ outcome }) => (outcome.kind === 'failed' ? [outcome.reason] : []))
      .slice(0, FAILURES_TOLD_MAX),
    restartMs: {
      median: Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0),
      max: Math.round(sorted.at(-1) ?? 0),
    },
    verification: { ok, records, streams, findings },
  }
}

/** The report for people. */
export function inWords(report: CrashReport): string {
  const { acknowledgedBy, failures, faults, restartMs, verification, ok } = report
  const rows: readonly (readonly [string, string | number])[] = [
    ['seed', report.seed],
    ['kills -9', `${report.kills} (${report.killsWhileStarting} of them while it was starting)`],
    ['acknowledged appends', report.acknowledgedAppends],
    ['acknowledged, batch', acknowledgedBy.batch],
    ['acknowledged, classic', acknowledgedBy.classic],
    ['acknowledged events', report.acknowledgedEvents],
    ['found', report.found],
    ['appends sent again', report.sentAgain],
    ['appends refused', report.refused],
    ['appends never known', report.neverKnown],
    ...Object.entries(faults),
    ['restart', `${restartMs.median} ms (longest ${restartMs.max} ms)`],
    ['verify', verification.ok ? `${verification.records} events, no fault` : 'FAILED'],
  ]
  const lines = rows.map(([name, value]) => `${name.padEnd(22)}${value}`)
  const findings = [...failures, ...verification.findings.map(({ message }) => message)].map(
    (text) => `  ${text}`,
  )
  return [...lines, ...findings, ok ? 'nothing was lost' : 'SOMETHING IS WRONG'].join('\n')
}
