import { sql } from 'kysely'
import { type Balance, type LedgerAccount, postings } from '../domain/index.ts'
import type { ProjectedEvent, Projector } from './projector.ts'
import type { LedgerEntryRow } from './schema.ts'
import { columnList, type Columns, unnested } from './unnested.ts'

type NewEntry = Omit<LedgerEntryRow, 'decided_at'> & { readonly decided_at: string }

const columns: Columns<NewEntry> = {
  position: 'numeric',
  entry_no: 'smallint',
  event_id: 'uuid',
  event_type: 'text',
  player_id: 'text',
  ledger_account: 'text',
  currency: 'text',
  amount: 'numeric',
  balance_before: 'numeric',
  balance_after: 'numeric',
  transaction_issuer: 'text',
  transaction_id: 'text',
  provider: 'text',
  game_id: 'text',
  session_id: 'uuid',
  round_id: 'text',
  withdrawal_id: 'uuid',
  gateway: 'text',
  decided_at: 'timestamptz',
}

/** Double entry: what every movement of money gave to which account and took from which. */
export const ledgerEntries: Projector = {
  name: 'ledger-entries',
  version: 1,

  async project(tx, events) {
    const entries = events.flatMap(entriesOf)
    if (entries.length === 0) return
    const from = sql`select ${columnList(columns)} from ${unnested(columns, entries)}`
    await sql`insert into ledger_entries (${columnList(columns)}) ${from}`.execute(tx)
  },
}

/** The entries of an event, numbered from 0; none for an event without money. */
export function entriesOf({
  event,
  playerId,
  eventId,
  position,
  metadata,
}: ProjectedEvent): NewEntry[] {
  const { type, data } = event
  return postings(event).map(({ account, amount }, entry_no) => ({
    position,
    entry_no,
    event_id: eventId,
    event_type: type,
    player_id: playerId,
    ledger_account: account,
    currency: amount.currency,
    amount: amount.minor,
    balance_before: 'balance' in data ? ofAccount(data.balance.before, account) : null,
    balance_after: 'balance' in data ? ofAccount(data.balance.after, account) : null,
    transaction_issuer: data.transaction.issuer,
    transaction_id: data.transaction.id,
    provider: 'provider' in data ? data.provider : null,
    game_id: 'gameId' in data ? data.gameId : null,
    session_id: 'sessionId' in data ? data.sessionId : null,
    round_id: 'roundId' in data ? data.roundId : null,
    withdrawal_id: 'withdrawalId' in data ? data.withdrawalId : null,
    gateway: 'gateway' in data ? data.gateway : null,
    decided_at: metadata.decidedAt,
  }))
}

function ofAccount({ cash, held }: Balance, account: LedgerAccount): bigint | null {
  if (account === 'player:cash') return cash
  return account === 'player:held' ? held : null
}
