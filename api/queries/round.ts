import {
  readRoundTransactions,
  type RoundRow,
  type RoundTransactionRow,
} from '../../projections/index.ts'
import { builder } from '../schema/builder.ts'
import { RoundStatusType, RoundTransactionKind } from '../schema/enums.ts'
import { MoneyType } from '../schema/money.ts'
import { POSITION_MAX } from './cursor.ts'
import { pageComplexity, pageOf } from './page.ts'

const transactionList = {
  name: 'round-transactions',
  maxima: [POSITION_MAX],
  numbersOf: ({ position }: RoundTransactionRow) => [position],
  keyOf: ([position = 0n]: readonly bigint[]) => ({ position }),
}

const RoundTransaction = builder.objectRef<RoundTransactionRow>('RoundTransaction').implement({
  description: 'A bet or a win of a round.',
  fields: (t) => ({
    position: t.expose('position', { type: 'Position' }),
    transactionId: t.exposeID('transaction_id'),
    kind: t.field({ type: RoundTransactionKind, resolve: ({ kind }) => kind }),
    rolledBack: t.exposeBoolean('rolled_back'),
    amount: t.field({
      type: MoneyType,
      resolve: ({ amount, currency }) => ({ minor: amount, currency }),
    }),
    balanceBefore: t.field({
      type: MoneyType,
      description: 'Cash before it.',
      resolve: ({ balance_before, currency }) => ({ minor: balance_before, currency }),
    }),
    balanceAfter: t.field({
      type: MoneyType,
      description: 'Cash after it.',
      resolve: ({ balance_after, currency }) => ({ minor: balance_after, currency }),
    }),
    decidedAt: t.expose('decided_at', { type: 'DateTime' }),
  }),
})

export const Round = builder.objectRef<RoundRow>('Round').implement({
  description: 'A game cycle: bets, and the wins they brought (GLI-19 2.8).',
  fields: (t) => ({
    playerId: t.exposeID('player_id'),
    provider: t.exposeString('provider'),
    roundId: t.exposeID('round_id'),
    gameId: t.exposeID('game_id'),
    sessionId: t.exposeID('session_id', { description: 'The session of the last bet.' }),
    status: t.field({ type: RoundStatusType, resolve: ({ status }) => status }),
    staked: t.field({
      type: MoneyType,
      description: 'Bets that stand.',
      resolve: ({ staked, currency }) => ({ minor: staked, currency }),
    }),
    won: t.field({
      type: MoneyType,
      resolve: ({ won, currency }) => ({ minor: won, currency }),
    }),
    betCount: t.exposeInt('bet_count', { description: 'Of bets that stand.' }),
    winCount: t.exposeInt('win_count'),
    balanceAtStart: t.field({
      type: MoneyType,
      description: 'Cash before the first bet.',
      resolve: ({ balance_at_start, currency }) => ({ minor: balance_at_start, currency }),
    }),
    balanceAtEnd: t.field({
      type: MoneyType,
      description: 'Cash after the last movement of the round.',
      resolve: ({ balance_at_end, currency }) => ({ minor: balance_at_end, currency }),
    }),
    startedAt: t.expose('started_at', { type: 'DateTime' }),
    lastAt: t.expose('last_at', { type: 'DateTime' }),
    endedAt: t.expose('ended_at', { type: 'DateTime', nullable: true }),
    transactions: t.connection(
      {
        type: RoundTransaction,
        complexity: pageComplexity,
        resolve: ({ player_id, provider, round_id }, page, { database }) => {
          const round = { playerId: player_id, provider, roundId: round_id }
          return pageOf(transactionList, page, (request) =>
            readRoundTransactions(database, round, request),
          )
        },
      },
      { name: 'RoundTransactionConnection' },
      { name: 'RoundTransactionEdge' },
    ),
  }),
})
