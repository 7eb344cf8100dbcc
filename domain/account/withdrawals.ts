import { z } from 'zod'
import { command, partyName, transactionReference, uuid } from '../command.ts'
import { event } from '../event.ts'
import { money, positiveMoney } from '../money/money.ts'
import { reject } from '../rejection.ts'
import { type Account, balanceChange, withEntry, withoutEntry } from './account.ts'
import { capability } from './capability.ts'
import { moved } from './wallet.ts'

/** Money on its way out: held when it is asked for, then settled by a gateway or given back. */

const PENDING_WITHDRAWALS_MAX = 50

const cancelReasons = ['PLAYER_REQUEST', 'GATEWAY_FAILED', 'OPERATOR_DECISION'] as const

export const RequestWithdrawal = command('RequestWithdrawal', { amount: positiveMoney })
export const SettleWithdrawal = command('SettleWithdrawal', {
  withdrawalId: uuid,
  gateway: partyName,
})
export const CancelWithdrawal = command('CancelWithdrawal', {
  withdrawalId: uuid,
  reason: z.enum(cancelReasons),
})

const withdrawal = {
  transaction: transactionReference,
  withdrawalId: uuid,
  amount: money,
  balance: balanceChange,
}
export const WithdrawalRequested = event('WithdrawalRequested', 1, withdrawal)
export const WithdrawalSettled = event('WithdrawalSettled', 1, {
  ...withdrawal,
  gateway: partyName,
})
export const WithdrawalCancelled = event('WithdrawalCancelled', 1, {
  ...withdrawal,
  reason: z.enum(cancelReasons),
})

export const withdrawals = capability(
  { RequestWithdrawal, SettleWithdrawal, CancelWithdrawal },
  { WithdrawalRequested, WithdrawalSettled, WithdrawalCancelled },
  {
    decide: {
      RequestWithdrawal(account, { amount }, { transaction, id }) {
        if (account.pendingWithdrawals.size >= PENDING_WITHDRAWALS_MAX) {
          return reject('TOO_MANY_PENDING_WITHDRAWALS', { limit: PENDING_WITHDRAWALS_MAX })
        }
        const balance = moved(account, { cash: -amount.minor, held: amount.minor })
        return [WithdrawalRequested({ transaction, withdrawalId: id, amount, balance })]
      },

      SettleWithdrawal(account, { withdrawalId, gateway }, { transaction }) {
        const amount = account.pendingWithdrawals.get(withdrawalId)
        if (amount === undefined) return reject('WITHDRAWAL_NOT_PENDING', { withdrawalId })
        const balance = moved(account, { held: -amount.minor })
        return [WithdrawalSettled({ transaction, withdrawalId, gateway, amount, balance })]
      },

      CancelWithdrawal(account, { withdrawalId, reason }, { transaction, rules }) {
        const amount = account.pendingWithdrawals.get(withdrawalId)
        if (amount === undefined) return reject('WITHDRAWAL_NOT_PENDING', { withdrawalId })
        if (reason === 'PLAYER_REQUEST' && !rules.withdrawals.playerMayCancel) {
          return reject('WITHDRAWAL_NOT_CANCELLABLE', { jurisdiction: rules.jurisdiction })
        }
        const balance = moved(account, { cash: amount.minor, held: -amount.minor })
        return [WithdrawalCancelled({ transaction, withdrawalId, reason, amount, balance })]
      },
    },

    evolve: {
      WithdrawalRequested: (account, { withdrawalId, amount, balance }) => ({
        ...account,
        balance: balance.after,
        pendingWithdrawals: withEntry(account.pendingWithdrawals, withdrawalId, amount),
      }),
      WithdrawalSettled: noLongerPending,
      WithdrawalCancelled: noLongerPending,
    },
  },
)

function noLongerPending(
  account: Account,
  { withdrawalId, balance }: z.output<typeof WithdrawalRequested.schema>,
): Account {
  return {
    ...account,
    balance: balance.after,
    pendingWithdrawals: withoutEntry(account.pendingWithdrawals, withdrawalId),
  }
}
