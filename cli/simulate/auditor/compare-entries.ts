import type { AccountAudit } from './account-audit.ts'
import { differences, inWordsBy } from './compare-keyed.ts'
import type { TransactionRecord } from './model.ts'
import type { SeenEntry } from './seen.ts'
import type { Evidence, Findings } from './violation.ts'

/** Compares the double entries of an account with what its transactions must have posted. */
export function compareEntries(
  { name, model }: AccountAudit,
  seen: readonly SeenEntry[],
  { evidence, findings, ofPlayerAlone }: EntriesShown,
): void {
  const currency = model.market?.currency ?? ''
  const expected = [...model.transactions]
    .flatMap(([key, record]) => entriesOf(key, currency, record))
    .filter(({ account }) => !ofPlayerAlone || account.startsWith('player:'))
  const found = differences(inWordsBy(expected, keyOf, inWords), inWordsBy(seen, keyOf, inWords))
  for (const difference of found) findings.add({ ...difference, evidence, player: name })
}

export interface EntriesShown {
  readonly evidence: Evidence
  readonly findings: Findings
  /** Whether the entries of the house are left out, as in a player's statement. */
  readonly ofPlayerAlone: boolean
}

const keyOf = ({ key }: SeenEntry) => key

/** The other side of what a transaction does to the player's money. */
const houseAccounts: Partial<Record<string, string>> = {
  settleDeposit: 'house:gateway-clearing',
  settleWithdrawal: 'house:gateway-clearing',
  placeBet: 'house:gaming',
  creditWin: 'house:gaming',
  rollbackBet: 'house:gaming',
}

function entriesOf(key: string, currency: string, record: TransactionRecord): SeenEntry[] {
  const { request, moved, balance } = record
  if (request === undefined) return []
  const { cash, held } = moved
  const house = houseAccounts[request.kind] ?? ''
  const ofHouse = { key, account: house, currency, amount: -(cash + held) }
  const sides: readonly SeenEntry[] = [
    { key, account: 'player:cash', currency, ...around(cash, balance.cash) },
    { key, account: 'player:held', currency, ...around(held, balance.held) },
    { ...ofHouse, balanceBefore: null, balanceAfter: null },
  ]
  return sides.filter(({ amount }) => amount !== 0n)
}

function around(amount: bigint, balanceAfter: bigint) {
  return { amount, balanceBefore: balanceAfter - amount, balanceAfter }
}

function inWords({ account, amount, currency, balanceBefore, balanceAfter }: SeenEntry): string {
  const around = balanceAfter === null ? '' : ` (${balanceBefore} to ${balanceAfter})`
  return `${account} ${amount} ${currency}${around}`
}
