import type { Balance, Rejection, Result } from '../domain/index.ts'

/** What became of a command. It is given only when what it rests on is durable. */
export type Outcome = Accepted | Rejected

export interface Accepted {
  readonly status: 'accepted'
  /** The same request came before: this is the answer it got then. */
  readonly replayed: boolean
  readonly result: Result
  /** A UUID derived from account and transaction: names the session or withdrawal it created. */
  readonly id: string
  /** After the command. */
  readonly balance: AccountBalance
  /** All of this account up to here includes the effect: a read model that has reached it shows it. */
  readonly position: bigint
}

export interface Rejected {
  readonly status: 'rejected'
  readonly rejection: Rejection
  /** The actual balance; absent when there is no such player. */
  readonly balance?: AccountBalance
}

export interface AccountBalance extends Balance {
  readonly currency: string
}

export type TryAgainReason =
  /** Too many commands wait, for this account or in all. */
  | 'BUSY'
  /** The command may or may not have been stored: sent again with the same id it gets its answer. */
  | 'OUTCOME_UNKNOWN'
  /** An old id must be looked up, and the read models have not yet reached what they must cover. */
  | 'ARCHIVE_BEHIND'
  /** The event store or the archive cannot be read. */
  | 'UNAVAILABLE'
  /** The process is stopping. */
  | 'STOPPING'

/** Nobody's fault and nothing decided: the same command may be sent again. */
export class TryAgain extends Error {
  override readonly name = 'TryAgain'
  readonly reason: TryAgainReason
  readonly retryAfterMs: number

  constructor(reason: TryAgainReason, retryAfterMs: number, options?: ErrorOptions) {
    super(`try again: ${reason}`, options)
    this.reason = reason
    this.retryAfterMs = retryAfterMs
  }
}
