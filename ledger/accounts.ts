import { LRUCache } from 'lru-cache'
import {
  type Account,
  accountStream,
  emptyAccount,
  evolve,
  readAccountEvent,
  windowLength,
} from '../domain/index.ts'
import type { EventStore } from '../infrastructure/event-store/index.ts'

/** An account as of the last of its events known here. */
export interface LoadedAccount {
  readonly account: Account
  /** Position of that event; 0 when there is none. */
  readonly position: bigint
}

interface CachedAccount extends LoadedAccount {
  /** What the account was estimated to take, when it was last looked at from end to end. */
  readonly estimate: { readonly bytes: number; readonly revision: bigint }
}

const NO_ACCOUNT: LoadedAccount = { account: emptyAccount, position: 0n }

/** Accounts by fold of their streams, the recently used kept in a cache bounded in bytes (estimated). */
export class Accounts {
  readonly #eventStore: EventStore
  readonly #cache: LRUCache<string, CachedAccount>

  constructor(eventStore: EventStore, cacheBytesMax: number) {
    this.#eventStore = eventStore
    this.#cache = new LRUCache({
      maxSize: cacheBytesMax,
      sizeCalculation: ({ account, estimate }) =>
        estimate.bytes + eventsSince(estimate, account) * EVENT_BYTES,
    })
  }

  /** The account as it was when this process last read or changed it, if that is still known. */
  cached(playerId: string): LoadedAccount | undefined {
    return this.#cache.get(playerId)
  }

  /** Reads the account as it is now: what has been appended since it was cached. @throws EventStoreUnavailable */
  async catchUp(playerId: string): Promise<LoadedAccount> {
    let { account, position } = this.#cache.get(playerId) ?? NO_ACCOUNT
    const fromRevision = account.revision + 1n
    for await (const stored of this.#eventStore.readStream(accountStream(playerId), {
      fromRevision,
    })) {
      if (stored.revision !== account.revision + 1n) {
        throw new Error(
          `${stored.stream}: event ${account.revision + 1n} is missing before ${stored.revision}`,
        )
      }
      account = evolve(account, readAccountEvent(stored).event)
      position = stored.position
    }
    const loaded = { account, position }
    this.keep(playerId, loaded)
    return loaded
  }

  /** Keeps what an append has made of an account. */
  keep(playerId: string, loaded: LoadedAccount): void {
    const { account } = loaded
    const known = this.#cache.peek(playerId)?.estimate
    const estimate =
      known !== undefined && eventsSince(known, account) < EVENTS_BETWEEN_ESTIMATES
        ? known
        : { bytes: estimatedBytes(account), revision: account.revision }
    this.#cache.set(playerId, { ...loaded, estimate })
  }

  /** Forgets an account, so that it is read anew. */
  forget(playerId: string): void {
    this.#cache.delete(playerId)
  }
}

const ACCOUNT_BYTES = 1_000
const ENTRY_BYTES = 500
/** An event adds a transaction and, at most, a bet in a new round. */
const EVENT_BYTES = 3 * ENTRY_BYTES
/** Looking at an account from end to end costs as much as deciding a bet: not after each. */
const EVENTS_BETWEEN_ESTIMATES = 16

function eventsSince({ revision }: CachedAccount['estimate'], account: Account): number {
  return Number(account.revision - revision)
}

function estimatedBytes(account: Account): number {
  const { transactions, closedRounds, rounds, sessions, pendingWithdrawals } = account
  let entries = rounds.size + sessions.size + pendingWithdrawals.size
  for (const round of rounds.values()) entries += round.bets.size
  entries += windowLength(transactions) + windowLength(closedRounds)
  const fingerprintBytes = droppedBytes(transactions) + droppedBytes(closedRounds)
  return ACCOUNT_BYTES + entries * ENTRY_BYTES + fingerprintBytes
}

function droppedBytes({ dropped }: { readonly dropped: readonly Float64Array[] }): number {
  let bytes = 0
  for (const run of dropped) bytes += run.byteLength
  return bytes
}
