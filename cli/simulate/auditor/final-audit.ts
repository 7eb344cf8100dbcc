import type { Kysely } from 'kysely'
import { reconcile } from '../../../compliance/reconciliation/index.ts'
import type { EventStore } from '../../../infrastructure/event-store/index.ts'
import type { Schema } from '../../../projections/index.ts'
import type { AccountAudit } from './account-audit.ts'
import type { Auditor } from './auditor.ts'
import { compareAccount } from './compare-account.ts'
import { compareEntries } from './compare-entries.ts'
import { compareEvents } from './compare-events.ts'
import { compareMoves, compareRounds } from './compare-rounds.ts'
import { compareTransactions } from './compare-transactions.ts'
import {
  compareTrialBalances,
  reportBehind,
  reportDiscrepancy,
  reportStrangers,
  reportUnbalanced,
} from './compare-whole.ts'
import { eventsByPlayer } from './sources/event-store.ts'
import type { GraphqlSource } from './sources/graphql.ts'
import {
  type PlayerRows,
  playersIn,
  rowsOf,
  trialBalanceOf,
  unbalancedEntries,
  untilReached,
} from './sources/postgres.ts'

/** Where the auditor looks when the day is over. */
export interface Sources {
  readonly graphql: GraphqlSource
  readonly db: Kysely<Schema>
  readonly eventStore: EventStore
  /** Whether all that is there is from this day: then there may be nobody else's either. */
  readonly isAlone: boolean
  /** Ends all waiting. */
  readonly signal: AbortSignal
}

/** How far the audit has come. */
export interface FinalAudit {
  /** Acknowledged commands whose events are not there. */
  missing: number
  events: number
  entries: number
}

const PROJECTIONS_TIMEOUT_MS = 120_000
const UNBALANCED_MAX = 50

/**
 * Compares what the requests and answers say with the events, then with the rows and GraphQL. `count`
 * says what has been seen, also when a source breaks; read models that stay behind are a finding.
 */
export async function auditDay(
  auditor: Auditor,
  sources: Sources,
  count: FinalAudit,
): Promise<void> {
  const { db, eventStore, isAlone, signal } = sources
  const { findings } = auditor
  const accounts = [...auditor.accounts].filter(({ isUncertain }) => !isUncertain)
  const playerIds = accounts.flatMap(({ playerId }) => playerId ?? [])
  const events = await eventsByPlayer(eventStore, playerIds, isAlone)
  for (const account of accounts) {
    if (account.playerId === undefined) continue
    const ofPlayer = events.get(account.playerId) ?? []
    count.missing += compareEvents(account, ofPlayer, findings).missing
    count.events += ofPlayer.length
  }
  if (isAlone) reportStrangers(auditor, events.keys(), 'event store')

  const last = [...events.values()].flatMap((ofPlayer) => ofPlayer.at(-1)?.position ?? [])
  const position = maxOf([auditor.position, ...last])
  const behind = await untilReached(db, position, PROJECTIONS_TIMEOUT_MS, signal)
  if (behind !== undefined) {
    reportBehind(behind, position, findings)
    return
  }
  for (const account of accounts) {
    const { playerId } = account
    if (playerId === undefined) continue
    const rows = await rowsOf(db, playerId)
    compareRows(auditor, account, rows)
    await compareGraphql(auditor, account, sources.graphql, playerId)
    count.entries += rows.entries.length
  }
  await auditWhole(auditor, sources)
}

function compareRows({ findings }: Auditor, account: AccountAudit, rows: PlayerRows): void {
  const evidence = 'postgres'
  compareAccount(account, rows.account, evidence, findings)
  compareEntries(account, rows.entries, { evidence, findings, ofPlayerAlone: false })
  compareRounds(account, rows.rounds, evidence, findings)
  compareMoves(account, rows.moves, evidence, findings)
  compareTransactions(account, rows.transactions, findings)
}

async function compareGraphql(
  { findings, position }: Auditor,
  account: AccountAudit,
  graphql: GraphqlSource,
  playerId: string,
): Promise<void> {
  const evidence = 'graphql'
  const shown = await graphql.account(playerId, position)
  compareAccount(account, shown.account, evidence, findings)
  compareEntries(account, shown.entries, { evidence, findings, ofPlayerAlone: true })
  compareRounds(account, await graphql.rounds(playerId, position), evidence, findings)
}

/** What concerns no single player: sums of zero, and nobody there who was not. */
async function auditWhole(
  auditor: Auditor,
  { db, eventStore, graphql, isAlone }: Sources,
): Promise<void> {
  const { findings } = auditor
  reportUnbalanced(await unbalancedEntries(db, UNBALANCED_MAX), findings)
  compareTrialBalances(auditor, await trialBalanceOf(db), { evidence: 'postgres', isAlone })
  const shown = await graphql.trialBalance(auditor.position)
  compareTrialBalances(auditor, shown, { evidence: 'graphql', isAlone })
  for (const discrepancy of (await reconcile({ db, eventStore })).discrepancies) {
    reportDiscrepancy(discrepancy, findings)
  }
  if (isAlone) reportStrangers(auditor, await playersIn(db), 'postgres')
}

function maxOf(positions: readonly bigint[]): bigint {
  return positions.reduce((max, position) => (position > max ? position : max), 0n)
}
