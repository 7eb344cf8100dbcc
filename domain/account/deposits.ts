import { command, partyName, transactionReference } from '../command.ts'
import { event } from '../event.ts'
import { money, positiveMoney } from '../money/money.ts'
import { balanceChange } from './account.ts'
import { capability } from './capability.ts'
import { moved } from './wallet.ts'

/** Money that a payment gateway has settled. Its transaction id is the gateway's. */

export const SettleDeposit = command('SettleDeposit', { gateway: partyName, amount: positiveMoney })

export const DepositSettled = event('DepositSettled', 1, {
  transaction: transactionReference,
  gateway: partyName,
  amount: money,
  balance: balanceChange,
})

export const deposits = capability(
  { SettleDeposit },
  { DepositSettled },
  {
    decide: {
      SettleDeposit(account, { gateway, amount }, { transaction }) {
        const balance = moved(account, { cash: amount.minor })
        return [DepositSettled({ transaction, gateway, amount, balance })]
      },
    },
    evolve: {
      DepositSettled: (account, { balance }) => ({ ...account, balance: balance.after }),
    },
  },
)
