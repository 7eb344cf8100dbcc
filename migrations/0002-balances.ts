import { type Migration, sql } from 'kysely'

/** One row a player. Amounts have 38 digits everywhere: those of crypto currencies exceed a bigint. */
export const balances: Migration = {
  async up(db) {
    await sql`
      create table balances (
        player_id text collate "C" primary key,
        currency text not null,
        jurisdiction text not null,
        cash numeric(38, 0) not null,
        held numeric(38, 0) not null,
        registered_at timestamptz not null,
        revision bigint not null,
        position numeric(20, 0) not null,
        updated_at timestamptz not null
      ) with (fillfactor = 80)`.execute(db)
  },
}
