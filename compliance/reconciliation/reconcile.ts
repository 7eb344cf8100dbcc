import type { QueryExecutorProvider } from 'kysely'
import { ACCOUNT_STREAM_PREFIX } from '../../domain/index.ts'
import type { EventStore } from '../../infrastructure/event-store/index.ts'
import { checkAccount } from './account-check.ts'
import type { Discrepancy } from './discrepancy.ts'
import {
  missingAccounts,
  playersWithoutAccount,
  type Registration,
  storedAccounts,
  unbalancedCurrencies,
} from './stored.ts'

/** The most discrepancies a report lists; all are counted. */
const LISTED_MAX = 1_000
/** Accounts whose events are read at the same time. */
const ACCOUNTS_AT_ONCE = 8
const REGISTRATIONS_AT_ONCE = 500

export interface ReconciliationSources {
  /** Where the read models are. */
  readonly db: QueryExecutorProvider
  readonly eventStore: EventStore
}

export interface ReconciliationReport {
  readonly accounts: number
  readonly events: number
  /** The first thousand. */
  readonly discrepancies: readonly Discrepancy[]
  readonly discrepancyCount: number
}

/**
 * Reconciles the read models with the event store: the trial balance is zero per currency, every
 * account has its row, every balance and every player's ledger entries equal the fold of the events,
 * and the balances recorded in events follow from each other.
 *
 * It may run while bets are placed: each read model is held against the events it has seen. What it
 * finds is reported and never thrown; memory does not grow with the number of events or accounts.
 *
 * @throws EventStoreUnavailable, and errors of the database, when they cannot be read
 */
export async function reconcile({
  db,
  eventStore,
}: ReconciliationSources): Promise<ReconciliationReport> {
  const report = new Report()
  for (const unbalanced of await unbalancedCurrencies(db)) {
    report.add({ name: 'TRIAL_BALANCE_NOT_ZERO', ...unbalanced })
  }
  for (const playerId of await playersWithoutAccount(db)) {
    report.add({ name: 'ENTRIES_WITHOUT_ACCOUNT', playerId })
  }
  for await (const registrations of registrationsOf(eventStore)) {
    for (const playerId of await missingAccounts(db, registrations)) {
      report.add({ name: 'ACCOUNT_MISSING', playerId })
    }
  }
  for await (const accounts of storedAccounts(db)) {
    for (const some of inGroups(accounts, ACCOUNTS_AT_ONCE)) {
      const checks = await Promise.all(some.map((stored) => checkAccount(eventStore, stored)))
      for (const { eventCount, discrepancies } of checks) {
        report.countAccount(eventCount)
        for (const discrepancy of discrepancies) report.add(discrepancy)
      }
    }
  }
  return report.result()
}

class Report {
  readonly #listed: Discrepancy[] = []
  #count = 0
  #accounts = 0
  #events = 0

  add(discrepancy: Discrepancy): void {
    this.#count += 1
    if (this.#listed.length < LISTED_MAX) this.#listed.push(discrepancy)
  }

  countAccount(eventCount: number): void {
    this.#accounts += 1
    this.#events += eventCount
  }

  result(): ReconciliationReport {
    return {
      accounts: this.#accounts,
      events: this.#events,
      discrepancies: this.#listed,
      discrepancyCount: this.#count,
    }
  }
}

/** Every account begins with the registration of its player, whatever this release makes of it. */
async function* registrationsOf(eventStore: EventStore): AsyncGenerator<readonly Registration[]> {
  let some: Registration[] = []
  for await (const { stream, revision, position } of eventStore.readAll()) {
    if (revision !== 0n || !stream.startsWith(ACCOUNT_STREAM_PREFIX)) continue
    some.push({ playerId: stream.slice(ACCOUNT_STREAM_PREFIX.length), position })
    if (some.length < REGISTRATIONS_AT_ONCE) continue
    yield some
    some = []
  }
  yield some
}

function* inGroups<Item>(items: readonly Item[], length: number): Generator<readonly Item[]> {
  for (let start = 0; start < items.length; start += length) {
    yield items.slice(start, start + length)
  }
}
