import { type Migration, sql } from 'kysely'

/**
 * The archive of transaction ids and of how rounds closed. The index by revision proves how much of
 * an account's history the archive contains, and finds its last balance.
 */
export const transactions: Migration = {
  async up(db) {
    await sql`
      create table transactions (
        player_id text collate "C" not null,
        issuer text collate "C" not null,
        transaction_id text collate "C" not null,
        kind text not null check (kind in ('bet', 'other', 'rolled-back bet', 'tombstone')),
        digest text,
        result text,
        cash numeric(38, 0),
        held numeric(38, 0),
        provider text,
        round_id text,
        revision bigint not null,
        primary key (player_id, issuer, transaction_id),
        constraint transactions_answer check (
          num_nulls(digest, result, cash, held)
            = case when kind in ('bet', 'other') then 0 else 4 end
        ),
        constraint transactions_round check (
          num_nulls(provider, round_id) = case when kind = 'bet' then 0 else 2 end
        )
      )`.execute(db)
    await sql`create index transactions_by_revision on transactions (player_id, revision)`.execute(
      db,
    )
    await sql`
      create table round_ends (
        player_id text collate "C" not null,
        provider text collate "C" not null,
        round_id text collate "C" not null,
        bets_standing integer not null check (bets_standing >= 0),
        closed_as text check (closed_as in ('ended', 'cancelled')),
        primary key (player_id, provider, round_id)
      ) with (fillfactor = 80)`.execute(db)
  },
}
