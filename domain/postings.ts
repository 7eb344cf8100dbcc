import type { AccountEvent } from './account/capabilities.ts'
import type { Money } from './money/money.ts'

/** Accounts of the house; sub-accounts of a player are cash and held. */
export const ledgerAccounts = [
  'player:cash',
  'player:held',
  'house:gaming',
  'house:gateway-clearing',
] as const
export type LedgerAccount = (typeof ledgerAccounts)[number]

/** One side of a double entry: what an account receives or, when the amount is negative, gives. */
export interface Posting {
  readonly account: LedgerAccount
  readonly amount: Money
}

/** The balanced entries of an event, per currency summing to zero; none for an event without money. */
export function postings(event: AccountEvent): readonly Posting[] {
  switch (event.type) {
    case 'DepositSettled':
      return transfer('house:gateway-clearing', 'player:cash', event.data.amount)
    case 'BetPlaced':
      return transfer('player:cash', 'house:gaming', event.data.amount)
    case 'WinCredited':
    case 'BetRolledBack':
      return transfer('house:gaming', 'player:cash', event.data.amount)
    case 'WithdrawalRequested':
      return transfer('player:cash', 'player:held', event.data.amount)
    case 'WithdrawalSettled':
      return transfer('player:held', 'house:gateway-clearing', event.data.amount)
    case 'WithdrawalCancelled':
      return transfer('player:held', 'player:cash', event.data.amount)
    case 'PlayerRegistered':
    case 'GameSessionOpened':
    case 'GameSessionClosed':
    case 'RoundInterrupted':
    case 'RoundEnded':
    case 'BetTombstoned':
    case 'RollbackRepeated':
      return []
  }
}

function transfer(source: LedgerAccount, target: LedgerAccount, amount: Money): readonly Posting[] {
  return [
    { account: source, amount: { ...amount, minor: -amount.minor } },
    { account: target, amount },
  ]
}
