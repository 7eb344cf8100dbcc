import type { AccountAudit } from './account-audit.ts'
import { describeBalance } from './operation.ts'
import type { SeenAccount } from './seen.ts'
import type { Evidence, Findings } from './violation.ts'

/** Compares an account as it is shown with the model: market and balance. */
export function compareAccount(
  { name, model }: AccountAudit,
  seen: SeenAccount | undefined,
  evidence: Evidence,
  findings: Findings,
): void {
  const { market, balance } = model
  const expected = inWords(market && { ...market, ...balance })
  const actual = inWords(seen)
  if (expected === actual) return
  findings.add({ invariant: 1, evidence, player: name, subject: 'balance', expected, actual })
}

function inWords(account: SeenAccount | undefined): string {
  if (account === undefined) return 'no account'
  return `${describeBalance(account)} ${account.currency} ${account.jurisdiction}`
}
