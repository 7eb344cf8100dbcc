import type { Discrepancy } from '../../../compliance/reconciliation/index.ts'
import type { Auditor } from './auditor.ts'
import type { ProjectorBehind, UnbalancedEntries } from './sources/postgres.ts'
import type { Evidence, Findings } from './violation.ts'

/** What concerns all accounts together. */

/** Names every event whose entries do not sum to zero. */
export function reportUnbalanced(unbalanced: readonly UnbalancedEntries[], findings: Findings) {
  for (const { key, position, currency, sum } of unbalanced) {
    findings.add({
      invariant: 1,
      evidence: 'postgres',
      subject: `${key} at position ${position}`,
      expected: `entries that sum to 0 ${currency}`,
      actual: `a sum of ${sum}`,
    })
  }
}

/** Names a read model that has not reached the last event. */
export function reportBehind(
  { name, position }: ProjectorBehind,
  expected: bigint,
  findings: Findings,
): void {
  findings.add({
    invariant: 1,
    evidence: 'postgres',
    subject: `projection ${name}`,
    expected: `at position ${expected}`,
    actual: `at ${position ?? 'none'}`,
  })
}

/** Names what the system's own reconciliation has found. */
export function reportDiscrepancy(discrepancy: Discrepancy, findings: Findings): void {
  const { name, ...particulars } = discrepancy
  const said = Object.entries(particulars).map(([what, value]) => `${what} ${value}`)
  findings.add({
    invariant: 1,
    evidence: 'reconciliation',
    subject: name,
    expected: 'no discrepancy',
    actual: said.join(', '),
  })
}

export interface TrialBalanceShown {
  readonly evidence: Evidence
  /** Whether nobody else has posted anything. */
  readonly isAlone: boolean
}

/** Sums by account and currency: zero in all per currency, and what the accounts' models add up to. */
export function compareTrialBalances(
  { accounts, findings }: Auditor,
  seen: ReadonlyMap<string, bigint>,
  { evidence, isAlone }: TrialBalanceShown,
): void {
  for (const [currency, sum] of sumsByCurrency(seen)) {
    if (sum === 0n) continue
    const subject = `trial balance in ${currency}`
    findings.add({ invariant: 1, evidence, subject, expected: '0', actual: `${sum}` })
  }
  const all = [...accounts]
  if (!isAlone || all.some(({ isUncertain }) => isUncertain)) return
  const expected = new Map<string, bigint>()
  for (const { model } of all) {
    const { cash, held } = model.balance
    if (model.market === undefined) continue
    const { currency } = model.market
    add(expected, `player:cash ${currency}`, cash)
    add(expected, `player:held ${currency}`, held)
  }
  for (const [name, sum] of expected) {
    const actual = seen.get(name) ?? 0n
    if (actual === sum) continue
    findings.add({ invariant: 1, evidence, subject: name, expected: `${sum}`, actual: `${actual}` })
  }
}

/** Names every account that no request has made. */
export function reportStrangers(
  { accounts, findings }: Auditor,
  playerIds: Iterable<string>,
  evidence: Evidence,
): void {
  const known = new Set([...accounts].map(({ playerId }) => playerId))
  for (const playerId of playerIds) {
    if (known.has(playerId)) continue
    const subject = `player ${playerId}`
    findings.add({ invariant: 3, evidence, subject, expected: 'nobody', actual: 'an account' })
  }
}

function sumsByCurrency(seen: ReadonlyMap<string, bigint>): ReadonlyMap<string, bigint> {
  const sums = new Map<string, bigint>()
  for (const [name, sum] of seen) add(sums, name.split(' ')[1] ?? '', sum)
  return sums
}

function add(sums: Map<string, bigint>, name: string, amount: bigint): void {
  sums.set(name, (sums.get(name) ?? 0n) + amount)
}
