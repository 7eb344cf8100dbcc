import { type Kysely, sql } from 'kysely'
import type { LedgerAccount } from '../domain/index.ts'
import { type Page, type PageRequest, readPage } from './keyset-page.ts'
import type { LedgerEntryRow, Schema } from './schema.ts'

/** An entry's place in a statement. */
export interface StatementKey {
  readonly position: bigint
  readonly entryNo: number
}

/**
 * A page of a player's account statement (GLI-19 2.5.7), oldest first: the entries of the player's own
 * sub-accounts, each with its balance before and after.
 *
 * @throws RangeError for a page of less than one row or more than PAGE_LENGTH_MAX
 */
export function readStatement(
  db: Kysely<Schema>,
  playerId: string,
  request: PageRequest<StatementKey>,
): Promise<Page<LedgerEntryRow>> {
  const { take, after, before } = request
  return readPage(
    async (clauses) => {
      const { rows } = await sql<LedgerEntryRow>`
        select * from ledger_entries
        where player_id = ${playerId} and balance_after is not null ${clauses}`.execute(db)
      return rows
    },
    ['position', 'entry_no'],
    { take, ...(after && { after: keyOf(after) }), ...(before && { before: keyOf(before) }) },
  )
}

export interface TrialBalanceLine {
  readonly currency: string
  readonly ledger_account: LedgerAccount
  readonly total: bigint
}

/** What each account of the ledger holds, per currency; the totals of a currency sum to zero. */
export async function readTrialBalance(db: Kysely<Schema>): Promise<readonly TrialBalanceLine[]> {
  const { rows } = await sql<TrialBalanceLine>`
    select currency, ledger_account, sum(amount) as total from ledger_entries
    group by currency, ledger_account order by currency, ledger_account`.execute(db)
  return rows
}

function keyOf({ position, entryNo }: StatementKey) {
  return [position, entryNo] as const
}
