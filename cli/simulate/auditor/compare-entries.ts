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
  const all = [...model.transactions].flatMap(([key, record]) => entriesOf(key, record))
  const currency = model.market?.currency ?? ''
  const expected = all
    .filter(({ account }) => !ofPlayerAlone || account.startsWith('player:'))
    .map((entry) => ({ ...entry, currency }))
  const keyOf = (entry: SeenEntry) => entry.key
  const found = differences(inWordsBy(expected, keyOf, inWords), inWordsBy(seen, keyOf, inWords))
  for (const difference of found) findings.add({ ...difference, evidence, player: name })
}

export interface EntriesShown {
  readonly evidence: Evidence
  readonly findings: Findings
  /** Whether the entries of the house are left out, as in a player's statement. */
  readonly ofPlayerAlone: boolean
}

type Entry = Omit<SeenEntry, 'currency'>

/** The other side of what a transaction does to the player's money. */
const houseAccounts: Partial<Record<string, string>> = {
  settleDeposit: 'house:gateway-clearing',
  settleWithdrawal: 'house:gateway-clearing',
  placeBet: 'house:gaming',
  creditWin: 'house:gaming',
  rollbackBet: 'house:gaming',
}

function entriesOf(key: string, { request, moved, balance }: TransactionRecord): Entry[] {
  if (request === undefined) return []
  const { cash, held } = moved
  const house = houseAccounts[request.kind] ?? ''
  const none = { balanceBefore: null, balanceAfter: null }
  const sides: readonly Entry[] = [
    ofPlayer(key, 'player:cash', cash, balance.cash),
    ofPlayer(key, 'player:held', held, balance.held),
    { key, account: house, amount: -(cash + held), ...none },
  ]
  return sides.filter(({ amount }) => amount !== 0n)
}

function ofPlayer(key: string, account: string, amount: bigint, balanceAfter: bigint): Entry {
  return { key, account, amount, balanceBefore: balanceAfter - amount, balanceAfter }
}

function inWords({ account, amount, currency, balanceBefore, balanceAfter }: SeenEntry): string {
  const around = balanceAfter === null ? '' : ` (${balanceBefore} to ${balanceAfter})`
  return `${account} ${amount} ${currency}${around}`
}
