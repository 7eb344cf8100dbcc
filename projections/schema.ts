import type { JurisdictionCode, LedgerAccount, Result, RoundEnd } from '../domain/index.ts'

/**
 * The tables of the read models, as queries see them. Only projectors write them. Amounts are minor
 * units of the row's currency.
 */
export interface Schema {
  readonly projection_checkpoints: CheckpointRow
  readonly balances: BalanceRow
  readonly ledger_entries: LedgerEntryRow
  readonly rounds: RoundRow
  readonly round_transactions: RoundTransactionRow
  readonly transactions: TransactionRow
  readonly round_ends: RoundEndRow
}

/** How far a projector has come. */
export interface CheckpointRow {
  readonly name: string
  readonly version: number
  /** Of the last event whose rows are stored; null before the first. */
  readonly position: bigint | null
  readonly event_id: string | null
}

/** A player's account as it stands. */
export interface BalanceRow {
  readonly player_id: string
  readonly currency: string
  readonly jurisdiction: JurisdictionCode
  readonly cash: bigint
  readonly held: bigint
  readonly registered_at: Date
  /** Of the account's last event. */
  readonly revision: bigint
  readonly position: bigint
  readonly updated_at: Date
}

/** One side of a double entry. */
export interface LedgerEntryRow {
  readonly position: bigint
  readonly entry_no: number
  readonly event_id: string
  readonly event_type: string
  readonly player_id: string
  readonly ledger_account: LedgerAccount
  readonly currency: string
  /** What the account receives or, when negative, gives. */
  readonly amount: bigint
  /** Of the player's sub-account (GLI-19 2.8.5); null for accounts of the house. */
  readonly balance_before: bigint | null
  readonly balance_after: bigint | null
  readonly transaction_issuer: string
  readonly transaction_id: string
  readonly provider: string | null
  readonly game_id: string | null
  readonly session_id: string | null
  readonly round_id: string | null
  readonly withdrawal_id: string | null
  readonly gateway: string | null
  readonly decided_at: Date
}

/** The status of a game cycle (GLI-19 2.8.2). */
export const roundStatuses = ['in progress', 'complete', 'interrupted', 'cancelled'] as const
export type RoundStatus = (typeof roundStatuses)[number]

/** A round: its bets and wins that stand. */
export interface RoundRow {
  readonly player_id: string
  readonly provider: string
  readonly round_id: string
  readonly game_id: string
  /** Of the last bet. */
  readonly session_id: string
  readonly status: RoundStatus
  /** Ended is for good; a cancelled round that has not ended may be opened by a further bet. */
  readonly ended: boolean
  readonly currency: string
  readonly staked: bigint
  readonly won: bigint
  /** Cash before the first bet, and after the last movement of the round. */
  readonly balance_at_start: bigint
  readonly balance_at_end: bigint
  readonly bet_count: number
  readonly win_count: number
  readonly started_at: Date
  readonly last_at: Date
  /** When it ended or was cancelled. */
  readonly ended_at: Date | null
  readonly first_position: bigint
  readonly last_revision: bigint
  readonly last_position: bigint
}

/** A bet or a win of a round. */
export interface RoundTransactionRow {
  readonly player_id: string
  readonly provider: string
  readonly round_id: string
  readonly position: bigint
  readonly kind: 'bet' | 'win'
  readonly rolled_back: boolean
  readonly currency: string
  readonly amount: bigint
  /** Cash. */
  readonly balance_before: bigint
  readonly balance_after: bigint
  readonly transaction_issuer: string
  readonly transaction_id: string
  readonly decided_at: Date
}

/** What became of a transaction id, for ever; the columns of an answer are null where none is kept. */
export interface TransactionRow {
  readonly player_id: string
  readonly issuer: string
  readonly transaction_id: string
  readonly kind: 'bet' | 'other' | 'rolled-back bet' | 'tombstone'
  readonly digest: string | null
  readonly result: Result | null
  /** The balance after the command. */
  readonly cash: bigint | null
  readonly held: bigint | null
  /** The round of a bet. */
  readonly provider: string | null
  readonly round_id: string | null
  /** Of the event the row is from. */
  readonly revision: bigint
}

/** How a round closed last, and how many of its bets stand while it is open. */
export interface RoundEndRow {
  readonly player_id: string
  readonly provider: string
  readonly round_id: string
  readonly bets_standing: number
  /** Null while it has never been closed. */
  readonly closed_as: RoundEnd | null
}
