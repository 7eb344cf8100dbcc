import { z } from 'zod'
import { type Money, minorUnits } from '../money/money.ts'
import type { JurisdictionCode } from '../rules.ts'
import { emptyKeyWindow, type KeyWindow } from './key-window.ts'

/** All that decisions about one player depend on: the fold of the events of `account-<playerId>`. */
export interface Account {
  /** Number of the last event; -1 when there is none. */
  readonly revision: bigint
  /** Absent until the player is registered. */
  readonly identity?: Identity
  readonly balance: Balance
  readonly sessions: ReadonlyMap<string, Session>
  /** Open rounds by roundKey. */
  readonly rounds: ReadonlyMap<string, Round>
  /** How rounds ended, by roundKey. */
  readonly closedRounds: KeyWindow<RoundEnd>
  readonly pendingWithdrawals: ReadonlyMap<string, Money>
  /** Transactions by transactionKey. */
  readonly transactions: KeyWindow<Transaction>
}

export interface Identity {
  readonly currency: string
  readonly jurisdiction: JurisdictionCode
}

/** Minor units of the account's currency. What is held is set aside for withdrawals and cannot be bet. */
export const balance = z.object({ cash: minorUnits, held: minorUnits })
export type Balance = z.output<typeof balance>

/** Balances around an event (GLI-19 2.8.5). */
export const balanceChange = z.object({ before: balance, after: balance })
export type BalanceChange = z.output<typeof balanceChange>

export interface Session {
  readonly provider: string
  readonly gameId: string
}

/** A game cycle: bets, and the wins they brought. It is open until it ends or has no bet that stands. */
export interface Round {
  readonly provider: string
  readonly roundId: string
  readonly gameId: string
  readonly sessionId: string
  /** Interrupted: its session closed before it ended (GLI-19 2.8.2). */
  readonly status: 'in progress' | 'interrupted'
  /** Bets that stand, by transactionKey. */
  readonly bets: ReadonlyMap<string, StandingBet>
}

export interface StandingBet {
  /** The stake, in minor units. */
  readonly minor: bigint
  /** A win of the round came after it. */
  readonly isSettled: boolean
}

/** Ended: for good. Cancelled: every bet was rolled back; a further bet opens the round again. */
export type RoundEnd = 'ended' | 'cancelled'

/** What remains of a transaction, to answer its repetition and to judge a rollback. */
export type Transaction =
  | {
      readonly kind: 'bet'
      readonly digest: string
      readonly answer: Answer
      readonly roundKey: string
    }
  | { readonly kind: 'other'; readonly digest: string; readonly answer: Answer }
  /** The id of a bet that was rolled back, or rolled back before it came: no bet may use it again. */
  | { readonly kind: 'rolled-back bet' | 'tombstone' }

/** What a command brought about; stored, so that a repetition gets the same answer. */
export interface Answer {
  readonly result: Result
  /** After the command. */
  readonly balance: Balance
}

export const rollbackResults = ['ROLLED_BACK', 'ALREADY_ROLLED_BACK', 'TOMBSTONED'] as const
export type RollbackResult = (typeof rollbackResults)[number]
export type Result = 'DONE' | RollbackResult

export const emptyAccount: Account = {
  revision: -1n,
  balance: { cash: 0n, held: 0n },
  sessions: new Map(),
  rounds: new Map(),
  closedRounds: emptyKeyWindow(),
  pendingWithdrawals: new Map(),
  transactions: emptyKeyWindow(),
}

/** Providers number their rounds themselves, so a round's key names both. */
export function roundKey(provider: string, roundId: string): string {
  return `${provider} ${roundId}`
}

/** Issuers number their transactions themselves, so a transaction's key names both. */
export function transactionKey({ issuer, id }: { issuer: string; id: string }): string {
  return `${issuer} ${id}`
}

/** A copy of the map with one entry set. */
export function withEntry<Value>(
  map: ReadonlyMap<string, Value>,
  key: string,
  value: Value,
): ReadonlyMap<string, Value> {
  return new Map(map).set(key, value)
}

/** A copy of the map without one entry. */
export function withoutEntry<Value>(
  map: ReadonlyMap<string, Value>,
  key: string,
): ReadonlyMap<string, Value> {
  const copy = new Map(map)
  copy.delete(key)
  return copy
}
