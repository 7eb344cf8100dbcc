import type { Balance, Request, RollbackResult } from '../requests.ts'

/** What a transaction id stands for, and the answer its repetition must get. */
export interface TransactionRecord {
  readonly kind: 'bet' | 'other' | 'rolled-back bet' | 'tombstone'
  /** The request that was accepted; absent for a tombstone. */
  readonly request?: Request
  readonly content: string
  readonly result?: RollbackResult
  readonly createdId?: string
  /** What it moved, and the balance after it. */
  readonly moved: Balance
  readonly balance: Balance
  /** Of a bet, a win, an end of round, or of the bet a rollback took back. */
  readonly roundKey?: string
}

export interface SessionRecord {
  readonly provider: string
  readonly gameId: string
  readonly isOpen: boolean
}

export interface RoundRecord {
  readonly provider: string
  readonly roundId: string
  readonly gameId: string
  /** Of the last bet. */
  readonly sessionId: string
  readonly status: 'in progress' | 'interrupted' | 'complete' | 'cancelled'
  readonly bets: readonly {
    readonly key: string
    readonly amount: bigint
    readonly stands: boolean
    /** A win of the round came after it. */
    readonly isSettled: boolean
  }[]
  readonly wins: readonly { readonly key: string; readonly amount: bigint }[]
}

export interface WithdrawalRecord {
  readonly amount: bigint
  readonly isPending: boolean
}

export interface Market {
  readonly currency: string
  readonly jurisdiction: 'GB' | 'MT'
}

const NOTHING: Balance = { cash: 0n, held: 0n }

/**
 * One player's account as the auditor believes it to be. Every change can be taken back, so that the
 * judge can try in which order racing requests were decided.
 */
export class AccountModel {
  readonly #sessions = new Map<string, SessionRecord>()
  readonly #rounds = new Map<string, RoundRecord>()
  readonly #withdrawals = new Map<string, WithdrawalRecord>()
  readonly #transactions = new Map<string, TransactionRecord>()
  readonly #undo: (() => void)[] = []
  #market: Market | undefined
  #balance = NOTHING

  get market(): Market | undefined {
    return this.#market
  }
  get balance(): Balance {
    return this.#balance
  }
  get sessions(): ReadonlyMap<string, SessionRecord> {
    return this.#sessions
  }
  /** By provider and round id. */
  get rounds(): ReadonlyMap<string, RoundRecord> {
    return this.#rounds
  }
  get withdrawals(): ReadonlyMap<string, WithdrawalRecord> {
    return this.#withdrawals
  }
  /** By issuer and transaction id, in the order in which they were accepted. */
  get transactions(): ReadonlyMap<string, TransactionRecord> {
    return this.#transactions
  }

  register(market: Market): void {
    const before = this.#market
    this.#undo.push(() => (this.#market = before))
    this.#market = market
  }
  setBalance(balance: Balance): void {
    const before = this.#balance
    this.#undo.push(() => (this.#balance = before))
    this.#balance = balance
  }
  setSession(id: string, session: SessionRecord): void {
    this.#set(this.#sessions, id, session)
  }
  setRound(key: string, round: RoundRecord): void {
    this.#set(this.#rounds, key, round)
  }
  setWithdrawal(id: string, withdrawal: WithdrawalRecord): void {
    this.#set(this.#withdrawals, id, withdrawal)
  }
  setTransaction(key: string, transaction: TransactionRecord): void {
    this.#set(this.#transactions, key, transaction)
  }

  /** A point to come back to. */
  mark(): number {
    return this.#undo.length
  }
  /** Takes back every change since the mark. */
  rewind(mark: number): void {
    while (this.#undo.length > mark) this.#undo.pop()?.()
  }
  /** What has been changed stays. */
  commit(): void {
    this.#undo.length = 0
  }

  #set<Value>(map: Map<string, Value>, key: string, value: Value): void {
    const before = map.get(key)
    this.#undo.push(() => {
      if (before === undefined) map.delete(key)
      else map.set(key, before)
    })
    map.set(key, value)
  }
}
