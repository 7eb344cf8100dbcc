/** What the casino's callers ask over HTTP, and what they are answered: all the auditor ever sees. */

/** Who sends a request: the holder of a token. */
export interface Party {
  readonly role: 'operator' | 'provider' | 'analyst' | 'regulator'
  readonly name: string
}

/** An amount as it is written on the wire. */
export interface WrittenMoney {
  readonly amount: string
  readonly currency: string
}

export type Request = RequestBody & {
  readonly as: Party
  /** The transaction id or idempotency key. */
  readonly transactionId: string
  /** Absent in a registration, whose answer says it. */
  readonly playerId?: string
}

export type RequestBody =
  | {
      readonly kind: 'registerPlayer'
      readonly currency: string
      readonly jurisdiction: 'GB' | 'MT'
    }
  | {
      readonly kind: 'settleDeposit'
      readonly gateway: string
      readonly amount: WrittenMoney
    }
  | { readonly kind: 'requestWithdrawal'; readonly amount: WrittenMoney }
  | {
      readonly kind: 'settleWithdrawal'
      readonly withdrawalId: string
      readonly gateway: string
    }
  | {
      readonly kind: 'cancelWithdrawal'
      readonly withdrawalId: string
      readonly reason: 'PLAYER_REQUEST' | 'GATEWAY_FAILED' | 'OPERATOR_DECISION'
    }
  | { readonly kind: 'openGameSession'; readonly gameId: string }
  | { readonly kind: 'closeGameSession'; readonly sessionId: string }
  | {
      readonly kind: 'placeBet'
      readonly sessionId: string
      readonly roundId: string
      readonly amount: WrittenMoney
    }
  | {
      readonly kind: 'creditWin'
      readonly roundId: string
      readonly amount: WrittenMoney
      readonly endsRound: boolean
    }
  | { readonly kind: 'endRound'; readonly roundId: string }
  | { readonly kind: 'rollbackBet'; readonly betTransactionId: string }

export type RequestKind = Request['kind']
export type RequestOf<Kind extends RequestKind> = Extract<Request, { readonly kind: Kind }>

/** Minor units of the account's currency. */
export interface Balance {
  readonly cash: bigint
  readonly held: bigint
}

export type RollbackResult = 'ROLLED_BACK' | 'ALREADY_ROLLED_BACK' | 'TOMBSTONED'

/** A definite answer. */
export type Answer = AcceptedAnswer | RefusedAnswer | InvalidAnswer

export interface AcceptedAnswer {
  readonly kind: 'accepted'
  readonly playerId: string
  readonly replayed: boolean
  /** Of a rollback. */
  readonly result?: RollbackResult
  /** Of the session or the withdrawal created. */
  readonly createdId?: string
  readonly balance: Balance
  readonly position: bigint
}

export interface RefusedAnswer {
  readonly kind: 'refused'
  readonly code: string
  /** Absent when there is no such player. */
  readonly balance?: Balance
}

/** The request itself was at fault. */
export interface InvalidAnswer {
  readonly kind: 'invalid'
  readonly code: InvalidCode
}

export const invalidCodes = ['BAD_USER_INPUT', 'FORBIDDEN', 'UNAUTHENTICATED'] as const
export type InvalidCode = (typeof invalidCodes)[number]

/** Who gave a request its id: with the id it names one effect, for ever. */
export function issuerOf(request: Request): string {
  if (request.kind === 'settleDeposit' || request.kind === 'settleWithdrawal') {
    return `gateway:${request.gateway}`
  }
  return `${request.as.role}:${request.as.name}`
}

/** Issuer and id of a request as one string. */
export function keyOf(request: Request): string {
  return `${issuerOf(request)} ${request.transactionId}`
}
