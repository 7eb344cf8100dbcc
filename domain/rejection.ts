import type { Money } from './money/money.ts'

/**
 * Every reason for which the domain refuses a command, and whether it is final: a final refusal is
 * given for the same request for ever, any other is decided anew when the request comes again.
 */
export const rejectionCodes = {
  PLAYER_NOT_FOUND: { final: false, message: 'No such player is registered' },
  PLAYER_ALREADY_REGISTERED: { final: true, message: 'The player is registered already' },
  CURRENCY_MISMATCH: { final: true, message: "The amount is not in the account's currency" },
  INSUFFICIENT_FUNDS: { final: false, message: 'The balance does not cover the amount' },
  SESSION_NOT_OPEN: { final: false, message: 'The game session is not open for this provider' },
  TOO_MANY_OPEN_SESSIONS: { final: false, message: 'Too many game sessions are open' },
  TOO_MANY_OPEN_ROUNDS: { final: false, message: 'Too many rounds are open' },
  TOO_MANY_BETS_IN_ROUND: { final: false, message: 'The round has too many bets' },
  TOO_MANY_PENDING_WITHDRAWALS: { final: false, message: 'Too many withdrawals are pending' },
  ROUND_NOT_FOUND: { final: false, message: 'The round has no bet that stands' },
  ROUND_CLOSED: { final: true, message: 'The round has ended' },
  ROUND_OF_ANOTHER_GAME: { final: false, message: 'The round belongs to another game' },
  TRANSACTION_CONFLICT: { final: true, message: 'The id was used for another request' },
  BET_TOMBSTONED: { final: true, message: 'The bet was rolled back before it came' },
  BET_ROLLED_BACK: { final: true, message: 'The bet was rolled back' },
  BET_SETTLED: { final: true, message: 'The bet is settled and cannot be rolled back' },
  NOT_A_BET: { final: true, message: 'Only a bet can be rolled back' },
  WITHDRAWAL_NOT_PENDING: { final: false, message: 'No such withdrawal is pending' },
  WITHDRAWAL_NOT_CANCELLABLE: {
    final: true,
    message: "The market's rules forbid players to cancel a withdrawal",
  },
} as const

export type RejectionCode = keyof typeof rejectionCodes

/** A business refusal: nothing happened. `details` are the figures that explain it. */
export interface Rejection {
  readonly rejected: true
  readonly code: RejectionCode
  readonly message: string
  readonly final: boolean
  readonly details: RejectionDetails
}

export interface RejectionDetails {
  readonly [name: string]: string | number | Money
}

/** A refusal of the closed union above. */
export function reject(code: RejectionCode, details: RejectionDetails = {}): Rejection {
  return { rejected: true, code, ...rejectionCodes[code], details }
}
