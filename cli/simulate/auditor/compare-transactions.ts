import type { AccountAudit } from './account-audit.ts'
import { differences, inWordsBy } from './compare-keyed.ts'
import type { TransactionRecord } from './model.ts'
import type { SeenTransaction } from './seen.ts'
import type { Findings } from './violation.ts'

/** Compares what the archive keeps of an account's transaction ids with the model. */
export function compareTransactions(
  { name, model }: AccountAudit,
  seen: readonly SeenTransaction[],
  findings: Findings,
): void {
  const expected = [...model.transactions].map(([key, record]) => seenAs(key, record))
  for (const difference of differences(
    inWordsBy(expected, keyOf, inWords),
    inWordsBy(seen, keyOf, inWords),
  )) {
    findings.add({ ...difference, evidence: 'postgres', player: name })
  }
}

const keyOf = ({ key }: SeenTransaction) => key

function seenAs(key: string, { kind, result, balance }: TransactionRecord): SeenTransaction {
  const { cash, held } = balance
  return { key, kind, result: result ?? 'DONE', cash, held }
}

/** Of a bet that was taken back only that much is kept: its answer is never given again. */
function inWords({ kind, result, cash, held }: SeenTransaction): string {
  if (kind === 'tombstone' || kind === 'rolled-back bet') return kind
  return `${kind}, answered ${result} with cash ${cash} held ${held}`
}
