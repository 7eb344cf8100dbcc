import { setTimeout as sleep } from 'node:timers/promises'
import { type Kysely, sql } from 'kysely'
import type { Schema } from '../../../../projections/index.ts'
import type { SeenAccount, SeenEntry, SeenMove, SeenRound, SeenTransaction } from '../seen.ts'

/** What stands in the rows of the read models. */

export interface PlayerRows {
  readonly account: SeenAccount | undefined
  readonly entries: readonly SeenEntry[]
  readonly rounds: readonly SeenRound[]
  readonly moves: readonly SeenMove[]
  readonly transactions: readonly SeenTransaction[]
}

export interface ProjectorBehind {
  readonly name: string
  readonly position: bigint | null
}

const POLL_MS = 100

/** Waits until every projector has reached the position; gives one that has not when time is up. */
export async function untilReached(
  db: Kysely<Schema>,
  position: bigint,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<ProjectorBehind | undefined> {
  const untilMs = performance.now() + timeoutMs
  for (;;) {
    const projectors = await db.selectFrom('projection_checkpoints').selectAll().execute()
    const behind = projectors.find(({ position: reached }) => (reached ?? -1n) < position)
    if (behind === undefined || performance.now() > untilMs) return behind
    await sleep(POLL_MS, undefined, { signal })
  }
}

/** All rows of a player. */
export async function rowsOf(db: Kysely<Schema>, playerId: string): Promise<PlayerRows> {
  const [account, entries, rounds, moves, transactions] = await Promise.all([
    db.selectFrom('balances').selectAll().where('player_id', '=', playerId).executeTakeFirst(),
    db.selectFrom('ledger_entries').selectAll().where('player_id', '=', playerId).execute(),
    db.selectFrom('rounds').selectAll().where('player_id', '=', playerId).execute(),
    db.selectFrom('round_transactions').selectAll().where('player_id', '=', playerId).execute(),
    db.selectFrom('transactions').selectAll().where('player_id', '=', playerId).execute(),
  ])
  return {
    account,
    entries: entries.map((row) => ({
      key: keyOf(row.transaction_issuer, row.transaction_id),
      account: row.ledger_account,
      currency: row.currency,
      amount: row.amount,
      balanceBefore: row.balance_before,
      balanceAfter: row.balance_after,
    })),
    rounds: rounds.map((row) => ({
      key: keyOf(row.provider, row.round_id),
      status: row.status,
      gameId: row.game_id,
      sessionId: row.session_id,
      staked: row.staked,
      won: row.won,
      betCount: row.bet_count,
      winCount: row.win_count,
    })),
    moves: moves.map((row) => ({
      key: keyOf(row.transaction_issuer, row.transaction_id),
      kind: row.kind,
      roundKey: keyOf(row.provider, row.round_id),
      amount: row.amount,
      isRolledBack: row.rolled_back,
    })),
    transactions: transactions.map((row) => ({
      key: keyOf(row.issuer, row.transaction_id),
      kind: row.kind,
      result: row.result,
      cash: row.cash,
      held: row.held,
    })),
  }
}

/** Sums of all entries, by account and currency. */
export async function trialBalanceOf(db: Kysely<Schema>): Promise<ReadonlyMap<string, bigint>> {
  const { rows } = await sql<{ account: string; currency: string; sum: bigint }>`
    select ledger_account as account, currency, sum(amount) as sum
    from ledger_entries group by 1, 2`.execute(db)
  return new Map(rows.map(({ account, currency, sum }) => [`${account} ${currency}`, sum]))
}

export interface UnbalancedEntries {
  readonly position: bigint
  readonly key: string
  readonly currency: string
  readonly sum: bigint
}

/** Events whose entries do not sum to zero in each currency; the first of them. */
export async function unbalancedEntries(
  db: Kysely<Schema>,
  countMax: number,
): Promise<readonly UnbalancedEntries[]> {
  const { rows } = await sql<UnbalancedEntries>`
    select position, currency, sum(amount) as sum,
      min(transaction_issuer || ' ' || transaction_id) as key
    from ledger_entries group by position, currency having sum(amount) <> 0
    order by position limit ${countMax}`.execute(db)
  return rows
}

/** Everybody who has a balance. */
export async function playersIn(db: Kysely<Schema>): Promise<readonly string[]> {
  const rows = await db.selectFrom('balances').select('player_id').execute()
  return rows.map(({ player_id }) => player_id)
}

function keyOf(issuer: string, id: string): string {
  return `${issuer} ${id}`
}
