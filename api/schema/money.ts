import { exponentOf, type Money, toDecimal } from '../../domain/index.ts'
import type { AccountBalance } from '../../ledger/index.ts'
import { builder } from './builder.ts'
import './scalars.ts'

/** Money and balances on the wire: no digit is ever lost. */

export const MoneyType = builder.objectRef<Money>('Money').implement({
  description: 'An amount of money.',
  fields: (t) => ({
    amount: t.field({
      type: 'Decimal',
      description: "In units, with exactly the currency's decimals.",
      resolve: toDecimal,
    }),
    amountMinor: t.field({
      type: 'BigInt',
      description: 'In minor units (cents, satoshi, wei).',
      resolve: ({ minor }) => minor,
    }),
    currency: t.field({ type: 'Currency', resolve: ({ currency }) => currency }),
    scale: t.int({
      description: "Number of the currency's decimals.",
      resolve: ({ currency }) => exponentOf(currency),
    }),
  }),
})

export const MoneyInput = builder.inputType('MoneyInput', {
  description: 'An amount greater than zero, with at most the decimals its currency has.',
  fields: (t) => ({
    amount: t.field({ type: 'Decimal' }),
    currency: t.field({ type: 'Currency' }),
  }),
})

export const BalanceType = builder.objectRef<AccountBalance>('Balance').implement({
  description: "A player's money.",
  fields: (t) => ({
    cash: t.field({
      type: MoneyType,
      description: 'What can be bet or withdrawn.',
      resolve: ({ cash, currency }) => ({ minor: cash, currency }),
    }),
    held: t.field({
      type: MoneyType,
      description: 'Set aside for withdrawals that are pending.',
      resolve: ({ held, currency }) => ({ minor: held, currency }),
    }),
  }),
})
