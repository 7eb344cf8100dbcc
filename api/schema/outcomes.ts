import type { FieldRef } from '@pothos/core'
import type { AccountCommand, RejectionCode, Result } from '../../domain/index.ts'
import type { AccountBalance } from '../../ledger/index.ts'
import { builder, type SchemaTypes } from './builder.ts'
import { BalanceType } from './money.ts'
import { type RejectedOutcome, rejectionTypes } from './rejections.ts'

/** What a mutation answers: a union of its acceptance and of every refusal it can meet. */

/** A command that was accepted. */
export interface AcceptedOutcome {
  readonly typeName: string
  readonly transactionId: string
  readonly playerId: string
  readonly replayed: boolean
  readonly result: Result
  /** Of the session or the withdrawal that the command created. */
  readonly createdId: string
  readonly balance: AccountBalance
  readonly position: bigint
}

const AcceptedInterface = builder.interfaceRef<AcceptedOutcome>('Accepted').implement({
  description: 'A command that was accepted, and is durable.',
  fields: (t) => ({
    transactionId: t.exposeID('transactionId', {
      description: 'The transaction id or idempotency key of the command.',
    }),
    playerId: t.exposeID('playerId'),
    replayed: t.exposeBoolean('replayed', {
      description: 'The same request came before: this is the answer it got then.',
    }),
    balance: t.field({
      type: BalanceType,
      // As in Rejection, so that a request can ask for it in both.
      nullable: true,
      description: 'After the command, as it was when it first came; never null.',
      resolve: ({ balance }) => balance,
    }),
    position: t.field({
      type: 'Position',
      description: 'For `minPosition`: a query that has reached it shows the effect.',
      resolve: ({ position }) => position,
    }),
  }),
})

type ExtendedTypes = PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>
type Fields = PothosSchemaTypes.ObjectFieldBuilder<ExtendedTypes, AcceptedOutcome>

/** The type of a command's acceptance: the interface, and fields of its own where it has some. */
export function acceptedType(
  name: string,
  fields?: (t: Fields) => Record<string, FieldRef<ExtendedTypes>>,
) {
  return builder.objectRef<AcceptedOutcome>(name).implement({
    interfaces: [AcceptedInterface],
    ...(fields === undefined ? {} : { fields }),
  })
}

/** The id of what a command has created, under the name of its kind. */
export function createdId(name: string) {
  return (t: Fields) => ({ [name]: t.exposeID('createdId') })
}

const anyCommand = ['PLAYER_NOT_FOUND', 'TRANSACTION_CONFLICT'] as const

/** The refusals each command can meet. */
export const rejectionsOf = {
  RegisterPlayer: ['PLAYER_ALREADY_REGISTERED', 'TRANSACTION_CONFLICT'],
  SettleDeposit: [...anyCommand, 'CURRENCY_MISMATCH'],
  RequestWithdrawal: [
    ...anyCommand,
    'CURRENCY_MISMATCH',
    'INSUFFICIENT_FUNDS',
    'TOO_MANY_PENDING_WITHDRAWALS',
  ],
  SettleWithdrawal: [...anyCommand, 'WITHDRAWAL_NOT_PENDING'],
  CancelWithdrawal: [...anyCommand, 'WITHDRAWAL_NOT_PENDING', 'WITHDRAWAL_NOT_CANCELLABLE'],
  OpenGameSession: [...anyCommand, 'TOO_MANY_OPEN_SESSIONS'],
  CloseGameSession: [...anyCommand, 'SESSION_NOT_OPEN'],
  PlaceBet: [
    ...anyCommand,
    'SESSION_NOT_OPEN',
    'CURRENCY_MISMATCH',
    'INSUFFICIENT_FUNDS',
    'ROUND_CLOSED',
    'ROUND_OF_ANOTHER_GAME',
    'TOO_MANY_OPEN_ROUNDS',
    'TOO_MANY_BETS_IN_ROUND',
    'BET_TOMBSTONED',
    'BET_ROLLED_BACK',
  ],
  CreditWin: [...anyCommand, 'CURRENCY_MISMATCH', 'ROUND_NOT_FOUND', 'ROUND_CLOSED'],
  EndRound: [...anyCommand, 'ROUND_NOT_FOUND', 'ROUND_CLOSED'],
  RollbackBet: [...anyCommand, 'BET_SETTLED', 'NOT_A_BET'],
} as const satisfies Record<AccountCommand['type'], readonly RejectionCode[]>

type Listed = (typeof rejectionsOf)[AccountCommand['type']][number]
/** Fails to compile when a code of the domain stands in no list above. */
type NoneForgotten = [Exclude<RejectionCode, Listed>] extends [never] ? RejectionCode : never
const rejectionsByCommand: Record<AccountCommand['type'], readonly NoneForgotten[]> = rejectionsOf

/** The union a command's mutation answers with. */
export function outcomeType(
  command: AccountCommand['type'],
  acceptance: ReturnType<typeof acceptedType>,
) {
  return builder.unionType(`${command}Result`, {
    types: [acceptance, ...rejectionsByCommand[command].map((code) => rejectionTypes[code])],
    resolveType: ({ typeName }: AcceptedOutcome | RejectedOutcome) => typeName,
  })
}
