import type { RollbackResult } from '../requests.ts'
import type { RoundRecord, TransactionRecord } from './model.ts'

/** What the auditor sees of an account from outside, whoever shows it. */

/** One side of a double entry. */
export interface SeenEntry {
  /** Issuer and transaction id. */
  readonly key: string
  /** Such as player:cash. */
  readonly account: string
  readonly currency: string
  readonly amount: bigint
  /** Of accounts of the player. */
  readonly balanceBefore: bigint | null
  readonly balanceAfter: bigint | null
}

export interface SeenRound {
  /** Provider and round id. */
  readonly key: string
  readonly gameId: string
  readonly sessionId: string
  readonly status: RoundRecord['status']
  readonly staked: bigint
  readonly won: bigint
  readonly betCount: number
  readonly winCount: number
}

/** A bet or a win in the history of a round. */
export interface SeenMove {
  readonly key: string
  readonly roundKey: string
  readonly kind: 'bet' | 'win'
  readonly amount: bigint
  readonly isRolledBack: boolean
}

/** What a transaction id stands for. */
export interface SeenTransaction {
  readonly key: string
  readonly kind: TransactionRecord['kind']
  readonly result: RollbackResult | 'DONE' | null
  readonly cash: bigint | null
  readonly held: bigint | null
}

export interface SeenAccount {
  readonly currency: string
  readonly jurisdiction: string
  readonly cash: bigint
  readonly held: bigint
}

/** An event as it is stored, of one account. */
export interface SeenEvent {
  readonly id: string
  readonly type: string
  readonly revision: bigint
  readonly position: bigint
  /** Issuer and id of the transaction that it says it is from. */
  readonly key: string
  readonly data: Readonly<Record<string, unknown>>
  readonly amount: bigint | undefined
  readonly balance: { readonly before: SeenBalance; readonly after: SeenBalance } | undefined
}

export interface SeenBalance {
  readonly cash: bigint
  readonly held: bigint
}
