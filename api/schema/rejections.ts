import {
  type Money,
  type Rejection,
  type RejectionCode,
  rejectionCodes,
} from '../../domain/index.ts'
import type { AccountBalance } from '../../ledger/index.ts'
import { builder, type SchemaTypes } from './builder.ts'
import { RejectionCodeType } from './enums.ts'
import { BalanceType, MoneyType } from './money.ts'

/** Refusals on the wire: one object type for each code, with the figures that explain it. */

/** A refusal, and the balance it left as it was. */
export interface RejectedOutcome {
  readonly typeName: string
  readonly rejection: Rejection
  readonly balance?: AccountBalance
}

/** The name of a code's object type: INSUFFICIENT_FUNDS is InsufficientFunds. */
export function typeNameOf(code: RejectionCode): string {
  return code
    .toLowerCase()
    .replaceAll(/(?:^|_)([a-z])/g, (_match, letter: string) => letter.toUpperCase())
}

const RejectionInterface = builder.interfaceRef<RejectedOutcome>('Rejection').implement({
  description: 'A command that was refused: nothing happened.',
  fields: (t) => ({
    code: t.field({ type: RejectionCodeType, resolve: ({ rejection }) => rejection.code }),
    message: t.string({
      description: 'For people; programs decide by the code.',
      resolve: ({ rejection }) => rejection.message,
    }),
    final: t.boolean({
      description:
        'Whether the same request gets the same refusal for ever; otherwise it is decided anew.',
      resolve: ({ rejection }) => rejection.final,
    }),
    balance: t.field({
      type: BalanceType,
      nullable: true,
      description: 'The actual balance; null when there is no such player.',
      resolve: ({ balance }) => balance,
    }),
  }),
})

type Fields = PothosSchemaTypes.ObjectFieldBuilder<
  PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>,
  RejectedOutcome
>
const noFigures = () => ({})
const limit = (t: Fields) => ({
  limit: t.int({ nullable: true, resolve: ({ rejection }) => numberIn(rejection, 'limit') }),
})

/** What each code adds to the interface: the figures its caller cannot know. */
const figures = {
  PLAYER_NOT_FOUND: noFigures,
  PLAYER_ALREADY_REGISTERED: noFigures,
  CURRENCY_MISMATCH: (t: Fields) => ({
    currency: t.field({
      type: 'Currency',
      nullable: true,
      description: "The account's currency.",
      resolve: ({ rejection }) => textIn(rejection, 'currency'),
    }),
  }),
  INSUFFICIENT_FUNDS: (t: Fields) => ({
    available: t.field({
      type: MoneyType,
      nullable: true,
      resolve: ({ rejection }) => moneyIn(rejection, 'available'),
    }),
    needed: t.field({
      type: MoneyType,
      nullable: true,
      resolve: ({ rejection }) => moneyIn(rejection, 'needed'),
    }),
  }),
  SESSION_NOT_OPEN: noFigures,
  TOO_MANY_OPEN_SESSIONS: limit,
  TOO_MANY_OPEN_ROUNDS: limit,
  TOO_MANY_BETS_IN_ROUND: limit,
  TOO_MANY_PENDING_WITHDRAWALS: limit,
  ROUND_NOT_FOUND: noFigures,
  ROUND_CLOSED: noFigures,
  ROUND_OF_ANOTHER_GAME: noFigures,
  TRANSACTION_CONFLICT: noFigures,
  BET_TOMBSTONED: noFigures,
  BET_ROLLED_BACK: noFigures,
  BET_SETTLED: noFigures,
  NOT_A_BET: noFigures,
  WITHDRAWAL_NOT_PENDING: noFigures,
  WITHDRAWAL_NOT_CANCELLABLE: noFigures,
} satisfies Record<RejectionCode, (t: Fields) => object>

/** The object type of each code. */
export const rejectionTypes = Object.fromEntries(
  (Object.keys(figures) as RejectionCode[]).map((code) => [
    code,
    builder.objectRef<RejectedOutcome>(typeNameOf(code)).implement({
      description: `${rejectionCodes[code].message}.`,
      interfaces: [RejectionInterface],
      fields: figures[code],
    }),
  ]),
) as Record<RejectionCode, ReturnType<typeof builder.objectRef<RejectedOutcome>>>

function numberIn({ details }: Rejection, name: string): number | undefined {
  const figure = details[name]
  return typeof figure === 'number' ? figure : undefined
}

function textIn({ details }: Rejection, name: string): string | undefined {
  const figure = details[name]
  return typeof figure === 'string' ? figure : undefined
}

function moneyIn({ details }: Rejection, name: string): Money | undefined {
  const figure = details[name]
  return typeof figure === 'object' ? figure : undefined
}
