import { builder } from '../schema/builder.ts'
import { LedgerAccountType } from '../schema/enums.ts'
import { MoneyType } from '../schema/money.ts'
import { waitFor } from './min-position.ts'
import type { TrialBalanceRow } from './reads.ts'

const TrialBalanceLine = builder.objectRef<TrialBalanceRow>('TrialBalanceLine').implement({
  description: 'All that an account has received less all it has given, in one currency.',
  fields: (t) => ({
    account: t.field({ type: LedgerAccountType, resolve: ({ account }) => account }),
    balance: t.field({
      type: MoneyType,
      resolve: ({ sum, currency }) => ({ minor: sum, currency }),
    }),
  }),
})

builder.queryField('trialBalance', (t) =>
  t.field({
    type: [TrialBalanceLine],
    description: 'Over all events; per currency the lines sum to zero, always.',
    authScopes: { roles: ['operator', 'analyst', 'regulator'] },
    args: { minPosition: t.arg({ type: 'Position', required: false }) },
    resolve: async (_root, { minPosition }, context) => {
      await waitFor(context, minPosition)
      return context.reads.trialBalance()
    },
  }),
)
