import { type QueryExecutorProvider, sql } from 'kysely'

/** What the read models say, read with this room's own statements. */

const ACCOUNTS_A_PAGE = 200
const UNKNOWN_PLAYERS_MAX = 1_000

/** An account as the read models have it, and how far the ledger entries go. All of one moment. */
export interface StoredAccount {
  readonly player_id: string
  readonly revision: bigint
  readonly cash: bigint
  readonly held: bigint
  /** Sums of the player's ledger entries. */
  readonly cash_entries: bigint
  readonly held_entries: bigint
  readonly entries_through: bigint
}

/** Every account, page by page in the order of player ids. */
export async function* storedAccounts(
  db: QueryExecutorProvider,
): AsyncGenerator<readonly StoredAccount[]> {
  let after = ''
  for (;;) {
    const { rows } = await sql<StoredAccount>`
      select account.*, entries.*,
        (
          select coalesce(position, -1) from projection_checkpoints where name = 'ledger-entries'
        ) as entries_through
      from (
        select player_id, revision, cash, held from balances
        where player_id > ${after} order by player_id limit ${ACCOUNTS_A_PAGE}
      ) as account
      cross join lateral (
        select
          coalesce(sum(amount) filter (where ledger_account = 'player:cash'), 0) as cash_entries,
          coalesce(sum(amount) filter (where ledger_account = 'player:held'), 0) as held_entries
        from ledger_entries
        where ledger_entries.player_id = account.player_id and balance_after is not null
      ) as entries
      order by player_id`.execute(db)
    const last = rows.at(-1)
    if (last === undefined) return
    yield rows
    after = last.player_id
  }
}

/** Currencies whose entries do not sum to zero. */
export async function unbalancedCurrencies(
  db: QueryExecutorProvider,
): Promise<readonly { readonly currency: string; readonly total: bigint }[]> {
  const { rows } = await sql<{ readonly currency: string; readonly total: bigint }>`
    select currency, sum(amount) as total from ledger_entries
    group by currency having sum(amount) <> 0 order by currency`.execute(db)
  return rows
}

/** Players with ledger entries and no account, though the accounts have come as far as the entries. */
export async function playersWithoutAccount(db: QueryExecutorProvider): Promise<readonly string[]> {
  const { rows } = await sql<{ readonly player_id: string }>`
    select distinct player_id from ledger_entries
    where position <= (select position from projection_checkpoints where name = 'balances')
      and not exists (select from balances where balances.player_id = ledger_entries.player_id)
    order by player_id limit ${UNKNOWN_PLAYERS_MAX}`.execute(db)
  return rows.map(({ player_id }) => player_id)
}

export interface Registration {
  readonly playerId: string
  readonly position: bigint
}

/** Of these players, those who should have an account by now and have none. */
export async function missingAccounts(
  db: QueryExecutorProvider,
  registrations: readonly Registration[],
): Promise<readonly string[]> {
  const ids = registrations.map(({ playerId }) => playerId)
  const positions = registrations.map(({ position }) => position)
  const { rows } = await sql<{ readonly player_id: string }>`
    select player_id
    from unnest(${ids}::text[], ${positions}::numeric[]) as registered(player_id, position)
    where position <= (select position from projection_checkpoints where name = 'balances')
      and not exists (select from balances where balances.player_id = registered.player_id)`.execute(
    db,
  )
  return rows.map(({ player_id }) => player_id)
}
