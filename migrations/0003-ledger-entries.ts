import { type Migration, sql } from 'kysely'

/** Double entry. The index serves a player's statement, which shows the player's own accounts alone. */
export const ledgerEntries: Migration = {
  async up(db) {
    await sql`
      create table ledger_entries (
        position numeric(20, 0) not null,
        entry_no smallint not null,
        event_id uuid not null,
        event_type text not null,
        player_id text collate "C" not null,
        ledger_account text not null,
        currency text not null,
        amount numeric(38, 0) not null,
        balance_before numeric(38, 0),
        balance_after numeric(38, 0),
        transaction_issuer text not null,
        transaction_id text not null,
        provider text,
        game_id text,
        session_id uuid,
        round_id text,
        withdrawal_id uuid,
        gateway text,
        decided_at timestamptz not null,
        primary key (position, entry_no),
        constraint ledger_entries_balances check (balance_after = balance_before + amount)
      )`.execute(db)
    await sql`
      create index ledger_entries_statement on ledger_entries (player_id, position, entry_no)
      where balance_after is not null`.execute(db)
  },
}
