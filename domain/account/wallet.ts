import type { Money } from '../money/money.ts'
import { reject, type Rejection } from '../rejection.ts'
import type { Account, Balance, BalanceChange } from './account.ts'
import type { Gates } from './capability.ts'

/** The player's money: what is in the account's currency, what there is of it, and how it moves. */

/** Only amounts in the account's currency come in or go out, and nobody bets or withdraws what is not there. */
export const walletGates: Gates = {
  bet: (account, { amount }) => currencyMismatch(account, amount) ?? fundsLacking(account, amount),
  deposit: (account, { amount }) => currencyMismatch(account, amount),
  withdrawal: (account, { amount }) =>
    currencyMismatch(account, amount) ?? fundsLacking(account, amount),
}

/** Refuses an amount that is not in the account's currency. */
export function currencyMismatch({ identity }: Account, amount: Money): Rejection | undefined {
  if (identity === undefined || amount.currency === identity.currency) return undefined
  return reject('CURRENCY_MISMATCH', { currency: identity.currency, given: amount.currency })
}

function fundsLacking({ balance }: Account, amount: Money): Rejection | undefined {
  if (amount.minor <= balance.cash) return undefined
  return reject('INSUFFICIENT_FUNDS', {
    available: { minor: balance.cash, currency: amount.currency },
    needed: amount,
  })
}

/** The balances before and after a movement of minor units; zero where a side is not named. */
export function moved({ balance }: Account, movement: Partial<Balance>): BalanceChange {
  const { cash = 0n, held = 0n } = movement
  return { before: balance, after: { cash: balance.cash + cash, held: balance.held + held } }
}
