import { sql, type Transaction } from 'kysely'
import type { ProjectedEvent, Projector } from './projector.ts'
import { foldRound, type Round, roundOf, type RoundPlace } from './round-fold.ts'
import type { RoundTransactionRow, Schema } from './schema.ts'
import { columnList, type Columns, takenFromExcluded, unnested } from './unnested.ts'

const placeColumns: Columns<RoundPlace> = {
  player_id: 'text',
  provider: 'text',
  round_id: 'text',
}

const roundColumns: Columns<Round> = {
  ...placeColumns,
  game_id: 'text',
  session_id: 'uuid',
  status: 'text',
  ended: 'boolean',
  currency: 'text',
  staked: 'numeric',
  won: 'numeric',
  balance_at_start: 'numeric',
  balance_at_end: 'numeric',
  bet_count: 'integer',
  win_count: 'integer',
  started_at: 'timestamptz',
  last_at: 'timestamptz',
  ended_at: 'timestamptz',
  first_position: 'numeric',
  last_revision: 'bigint',
  last_position: 'numeric',
}

const changing = [
  'game_id',
  'session_id',
  'status',
  'ended',
  'staked',
  'won',
  'balance_at_end',
  'bet_count',
  'win_count',
  'last_at',
  'ended_at',
  'last_revision',
  'last_position',
] as const

type NewTransaction = Omit<RoundTransactionRow, 'decided_at'> & { readonly decided_at: string }

const transactionColumns: Columns<NewTransaction> = {
  ...placeColumns,
  position: 'numeric',
  kind: 'text',
  rolled_back: 'boolean',
  currency: 'text',
  amount: 'numeric',
  balance_before: 'numeric',
  balance_after: 'numeric',
  transaction_issuer: 'text',
  transaction_id: 'text',
  decided_at: 'timestamptz',
}

interface RolledBackBet extends RoundPlace {
  readonly transaction_issuer: string
  readonly transaction_id: string
}

const rolledBackColumns: Columns<RolledBackBet> = {
  ...placeColumns,
  transaction_issuer: 'text',
  transaction_id: 'text',
}

/** Game history: every round with its bets and wins (GLI-19 2.8.2). */
export const gameHistory: Projector = {
  name: 'game-history',
  version: 1,

  async project(tx, events) {
    const played = events.filter((event) => roundOf(event) !== undefined)
    if (played.length === 0) return
    await storeRounds(tx, foldRounds(await loadRounds(tx, placesOf(played)), played))
    await storeTransactions(tx, played.flatMap(transactionOf))
    await markRolledBack(tx, played.flatMap(rolledBackBetOf))
  },
}

/** The rounds as the events leave them. */
export function foldRounds(
  stored: readonly Round[],
  events: readonly ProjectedEvent[],
): readonly Round[] {
  const rounds = new Map(stored.map((round) => [keyOf(round), round]))
  for (const event of events) {
    const place = roundOf(event)
    if (place === undefined) continue
    const key = keyOf(place)
    rounds.set(key, foldRound(rounds.get(key), event))
  }
  return [...rounds.values()]
}

/** No part of the key but the first may hold spaces, so that no two rounds share a key. */
function keyOf({ player_id, provider, round_id }: RoundPlace): string {
  return `${round_id} ${provider} ${player_id}`
}

function placesOf(events: readonly ProjectedEvent[]): readonly RoundPlace[] {
  const places = new Map<string, RoundPlace>()
  for (const event of events) {
    const place = roundOf(event)
    if (place !== undefined) places.set(keyOf(place), place)
  }
  return [...places.values()]
}

async function loadRounds(
  tx: Transaction<Schema>,
  places: readonly RoundPlace[],
): Promise<readonly Round[]> {
  const times = new Set(['started_at', 'last_at', 'ended_at'])
  const names = Object.keys(roundColumns).map((name) =>
    times.has(name)
      ? sql`rounds.${sql.ref(name)}::text as ${sql.ref(name)}`
      : sql`rounds.${sql.ref(name)}`,
  )
  const { rows } = await sql<Round>`
    select ${sql.join(names)} from ${unnested(placeColumns, places)}
    join rounds using (player_id, provider, round_id)`.execute(tx)
  return rows
}

async function storeRounds(tx: Transaction<Schema>, rounds: readonly Round[]): Promise<void> {
  await sql`
    insert into rounds (${columnList(roundColumns)})
    select ${columnList(roundColumns)} from ${unnested(roundColumns, rounds)}
    on conflict (player_id, provider, round_id) do update set
    ${takenFromExcluded(changing)}`.execute(tx)
}

function transactionOf({
  playerId,
  event,
  position,
  metadata,
}: ProjectedEvent): readonly NewTransaction[] {
  if (event.type !== 'BetPlaced' && event.type !== 'WinCredited') return []
  const { data } = event
  return [
    {
      player_id: playerId,
      provider: data.provider,
      round_id: data.roundId,
      position,
      kind: event.type === 'BetPlaced' ? 'bet' : 'win',
      rolled_back: false,
      currency: data.amount.currency,
      amount: data.amount.minor,
      balance_before: data.balance.before.cash,
      balance_after: data.balance.after.cash,
      transaction_issuer: data.transaction.issuer,
      transaction_id: data.transaction.id,
      decided_at: metadata.decidedAt,
    },
  ]
}

async function storeTransactions(
  tx: Transaction<Schema>,
  rows: readonly NewTransaction[],
): Promise<void> {
  if (rows.length === 0) return
  await sql`
    insert into round_transactions (${columnList(transactionColumns)})
    select ${columnList(transactionColumns)}
    from ${unnested(transactionColumns, rows)}`.execute(tx)
}

function rolledBackBetOf({ playerId, event }: ProjectedEvent): readonly RolledBackBet[] {
  if (event.type !== 'BetRolledBack') return []
  const { provider, roundId, transaction, betTransactionId } = event.data
  return [
    {
      player_id: playerId,
      provider,
      round_id: roundId,
      transaction_issuer: transaction.issuer,
      transaction_id: betTransactionId,
    },
  ]
}

/** After the bets of the batch are stored, as a bet and its rollback may come together. */
async function markRolledBack(
  tx: Transaction<Schema>,
  bets: readonly RolledBackBet[],
): Promise<void> {
  if (bets.length === 0) return
  const same = Object.keys(rolledBackColumns).map(
    (name) => sql`${sql.ref(`round_transactions.${name}`)} = ${sql.ref(`given.${name}`)}`,
  )
  await sql`
    update round_transactions set rolled_back = true
    from ${unnested(rolledBackColumns, bets)}
    where kind = 'bet' and ${sql.join(same, sql` and `)}`.execute(tx)
}
