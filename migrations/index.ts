import type { Migration } from 'kysely'
import { projectionCheckpoints } from './0001-projection-checkpoints.ts'
import { balances } from './0002-balances.ts'
import { ledgerEntries } from './0003-ledger-entries.ts'
import { gameHistory } from './0004-game-history.ts'
import { transactions } from './0005-transactions.ts'

/** All steps of the Postgres schema, run in the order of their names. A step that is out is never changed. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-projection-checkpoints': projectionCheckpoints,
  '0002-balances': balances,
  '0003-ledger-entries': ledgerEntries,
  '0004-game-history': gameHistory,
  '0005-transactions': transactions,
}
