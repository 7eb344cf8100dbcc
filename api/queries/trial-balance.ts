import { readTrialBalance, type TrialBalanceLine as Line } from '../../projections/index.ts'
import { builder } from '../schema/builder.ts'
import { LedgerAccountType } from '../schema/enums.ts'
import { MoneyType } from '../schema/money.ts'
import { waitFor } from './min-position.ts'

const TrialBalanceLine = builder.objectRef<Line>('TrialBalanceLine').implement({
  description: 'All that an account has received less all it has given, in one currency.',
  fields: (t) => ({
    account: t.field({ type: LedgerAccountType, resolve: ({ ledger_account }) => ledger_account }),
    balance: t.field({
      type: MoneyType,
      resolve: ({ total, currency }) => ({ minor: total, currency }),
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
      return [...(await readTrialBalance(context.database))]
    },
  }),
)
