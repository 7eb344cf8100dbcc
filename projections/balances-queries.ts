import type { Kysely } from 'kysely'
import type { BalanceRow, Schema } from './schema.ts'

/** A player's account as it stands; undefined when there is none (yet). */
export function readAccount(db: Kysely<Schema>, playerId: string): Promise<BalanceRow | undefined> {
  return db.selectFrom('balances').selectAll().where('player_id', '=', playerId).executeTakeFirst()
}
