import {
  type Account,
  accountStream,
  type Balance,
  emptyAccount,
  evolve,
  postings,
  readAccountEvent,
  type ReadEvent,
  UnreadableEvent,
} from '../../domain/index.ts'
import {
  type EventStore,
  type RecordedEvent,
  StoredEventUnreadable,
} from '../../infrastructure/event-store/index.ts'
import type { Discrepancy, PlayerAccount } from './discrepancy.ts'
import type { StoredAccount } from './stored.ts'

/** What reading an account's events came to. */
export interface AccountCheck {
  readonly eventCount: number
  readonly discrepancies: readonly Discrepancy[]
}

/**
 * Compares what is stored of an account with its events: each of the two read models with the events
 * up to where that one has come.
 */
export async function checkAccount(
  eventStore: EventStore,
  stored: StoredAccount,
): Promise<AccountCheck> {
  const check = new AccountFold(stored)
  for await (const event of eventStore.readStream(accountStream(stored.player_id))) {
    if (!check.takes(event)) break
  }
  return check.result()
}

class AccountFold {
  readonly #stored: StoredAccount
  readonly #found: Discrepancy[] = []
  #account: Account = emptyAccount
  #ofBalances: Balance = emptyAccount.balance
  #ofEntries: Balance = emptyAccount.balance
  #isBroken = false
  #isUnreadable = false

  constructor(stored: StoredAccount) {
    this.#stored = stored
  }

  /** Folds an event; false when it lies beyond all that is stored, or cannot be understood. */
  takes(event: RecordedEvent): boolean {
    const { revision, entries_through } = this.#stored
    const isInBalances = event.revision <= revision
    const isInEntries = event.position <= entries_through
    if (!isInBalances && !isInEntries) return false
    const read = this.#read(event)
    if (read === undefined) return false
    this.#checkBalances(read, event.revision)
    this.#account = evolve(this.#account, read.event)
    if (isInBalances) this.#ofBalances = this.#account.balance
    if (isInEntries) this.#ofEntries = this.#account.balance
    return true
  }

  result(): AccountCheck {
    const { player_id: playerId, revision, cash, held, cash_entries, held_entries } = this.#stored
    const eventCount = Number(this.#account.revision) + 1
    if (this.#isUnreadable) return { eventCount, discrepancies: this.#found }
    const { revision: lastRevision } = this.#account
    if (lastRevision < revision) {
      this.#found.push({ name: 'EVENTS_MISSING', playerId, storedRevision: revision, lastRevision })
    }
    this.#compare('BALANCE_DIFFERS', 'player:cash', cash, this.#ofBalances.cash)
    this.#compare('BALANCE_DIFFERS', 'player:held', held, this.#ofBalances.held)
    this.#compare('LEDGER_ENTRIES_DIFFER', 'player:cash', cash_entries, this.#ofEntries.cash)
    this.#compare('LEDGER_ENTRIES_DIFFER', 'player:held', held_entries, this.#ofEntries.held)
    return { eventCount, discrepancies: this.#found }
  }

  #read(event: RecordedEvent): ReadEvent | undefined {
    try {
      return readAccountEvent(event)
    } catch (error) {
      const isUnreadable =
        error instanceof UnreadableEvent || error instanceof StoredEventUnreadable
      if (!isUnreadable) throw error
      this.#isUnreadable = true
      const { player_id: playerId } = this.#stored
      const { revision } = event
      this.#found.push({ name: 'EVENT_UNREADABLE', playerId, revision, reason: error.message })
      return undefined
    }
  }

  /** Names the first event of an account whose balances do not add up, not all that follow from it. */
  #checkBalances({ event }: ReadEvent, revision: bigint): void {
    if (this.#isBroken || !('balance' in event.data)) return
    const { before, after } = event.data.balance
    const { balance } = this.#account
    const expected = { cash: before.cash, held: before.held }
    for (const { account, amount } of postings(event)) {
      if (account === 'player:cash') expected.cash += amount.minor
      if (account === 'player:held') expected.held += amount.minor
    }
    if (areEqual(balance, before) && areEqual(expected, after)) return
    this.#isBroken = true
    const { player_id: playerId } = this.#stored
    this.#found.push({ name: 'EVENT_BALANCES_BROKEN', playerId, revision })
  }

  #compare(
    name: 'BALANCE_DIFFERS' | 'LEDGER_ENTRIES_DIFFER',
    account: PlayerAccount,
    stored: bigint,
    fromEvents: bigint,
  ): void {
    if (stored === fromEvents) return
    this.#found.push({ name, playerId: this.#stored.player_id, account, stored, fromEvents })
  }
}

function areEqual(one: Balance, other: Balance): boolean {
  return one.cash === other.cash && one.held === other.held
}
