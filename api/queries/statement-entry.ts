import type { LedgerEntryRow } from '../../projections/index.ts'
import { builder } from '../schema/builder.ts'
import { LedgerAccountType } from '../schema/enums.ts'
import { MoneyType } from '../schema/money.ts'

const ofPlayer = "Of the player's account; null for an account of the house."

export const StatementEntry = builder.objectRef<LedgerEntryRow>('StatementEntry').implement({
  description: 'One side of a double entry: what an account received or gave.',
  fields: (t) => ({
    position: t.expose('position', { type: 'Position' }),
    eventType: t.exposeString('event_type', { description: 'Such as BetPlaced.' }),
    account: t.field({
      type: LedgerAccountType,
      resolve: ({ ledger_account }) => ledger_account,
    }),
    amount: t.field({
      type: MoneyType,
      description: 'What the account received or, when negative, gave.',
      resolve: ({ amount, currency }) => ({ minor: amount, currency }),
    }),
    balanceBefore: t.field({
      type: MoneyType,
      nullable: true,
      description: ofPlayer,
      resolve: ({ balance_before: minor, currency }) =>
        minor === null ? null : { minor, currency },
    }),
    balanceAfter: t.field({
      type: MoneyType,
      nullable: true,
      description: ofPlayer,
      resolve: ({ balance_after: minor, currency }) =>
        minor === null ? null : { minor, currency },
    }),
    transactionIssuer: t.exposeString('transaction_issuer', {
      description: 'Who numbered the transaction, such as provider:acme.',
    }),
    transactionId: t.exposeID('transaction_id'),
    provider: t.exposeString('provider', { nullable: true }),
    gameId: t.exposeID('game_id', { nullable: true }),
    sessionId: t.exposeID('session_id', { nullable: true }),
    roundId: t.exposeID('round_id', { nullable: true }),
    withdrawalId: t.exposeID('withdrawal_id', { nullable: true }),
    gateway: t.exposeString('gateway', { nullable: true }),
    decidedAt: t.expose('decided_at', { type: 'DateTime' }),
  }),
})
