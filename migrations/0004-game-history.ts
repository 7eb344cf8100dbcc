import { type Migration, sql } from 'kysely'

/** Rounds, with the bets and wins of each (GLI-19 2.8.2). */
export const gameHistory: Migration = {
  async up(db) {
    await sql`
      create table rounds (
        player_id text collate "C" not null,
        provider text collate "C" not null,
        round_id text collate "C" not null,
        game_id text not null,
        session_id uuid not null,
        status text not null
          check (status in ('in progress', 'complete', 'interrupted', 'cancelled')),
        ended boolean not null,
        currency text not null,
        staked numeric(38, 0) not null,
        won numeric(38, 0) not null,
        balance_at_start numeric(38, 0) not null,
        balance_at_end numeric(38, 0) not null,
        bet_count integer not null check (bet_count >= 0),
        win_count integer not null,
        started_at timestamptz not null,
        last_at timestamptz not null,
        ended_at timestamptz,
        first_position numeric(20, 0) not null,
        last_revision bigint not null,
        last_position numeric(20, 0) not null,
        primary key (player_id, provider, round_id)
      ) with (fillfactor = 80)`.execute(db)
    await sql`create unique index rounds_of_player on rounds (player_id, first_position)`.execute(
      db,
    )
    await sql`
      create table round_transactions (
        player_id text collate "C" not null,
        provider text collate "C" not null,
        round_id text collate "C" not null,
        position numeric(20, 0) not null,
        kind text not null check (kind in ('bet', 'win')),
        rolled_back boolean not null,
        currency text not null,
        amount numeric(38, 0) not null,
        balance_before numeric(38, 0) not null,
        balance_after numeric(38, 0) not null,
        transaction_issuer text not null,
        transaction_id text not null,
        decided_at timestamptz not null,
        primary key (player_id, provider, round_id, position)
      )`.execute(db)
  },
}
