import { sql, type Transaction } from 'kysely'
import type { Balance } from '../domain/index.ts'
import { foldArchive, placeOf, type RoundPlace, tellsBalance } from './archive-fold.ts'
import type { ProjectedEvent, Projector } from './projector.ts'
import type { RoundEndRow, Schema, TransactionRow } from './schema.ts'
import { columnList, type Columns, takenFromExcluded, unnested } from './unnested.ts'

const transactionColumns: Columns<TransactionRow> = {
  player_id: 'text',
  issuer: 'text',
  transaction_id: 'text',
  kind: 'text',
  digest: 'text',
  result: 'text',
  cash: 'numeric',
  held: 'numeric',
  provider: 'text',
  round_id: 'text',
  revision: 'bigint',
}

const placeColumns: Columns<RoundPlace> = {
  player_id: 'text',
  provider: 'text',
  round_id: 'text',
}

const roundEndColumns: Columns<RoundEndRow> = {
  ...placeColumns,
  bets_standing: 'integer',
  closed_as: 'text',
}

/**
 * The archive: what became of every transaction id and how every round closed, so that an id counts
 * once for ever and not for as long as an account keeps it in memory. One projector writes both
 * tables, so that what proves the coverage of one proves that of the other.
 */
export const archive: Projector = {
  name: 'archive',
  version: 1,

  async project(tx, events) {
    const balances = await loadBalances(tx, playersWithoutBalance(events))
    const roundEnds = await loadRoundEnds(tx, placesOf(events))
    const archived = foldArchive({ balances, roundEnds }, events)
    await storeTransactions(tx, archived.transactions)
    await storeRoundEnds(tx, archived.roundEnds)
  },
}

/** Players whose first event in the batch leaves the balance as it was without saying what it is. */
function playersWithoutBalance(events: readonly ProjectedEvent[]): readonly string[] {
  const seen = new Map<string, boolean>()
  for (const event of events) {
    if (!seen.has(event.playerId)) seen.set(event.playerId, tellsBalance(event))
  }
  return [...seen].filter(([, told]) => !told).map(([playerId]) => playerId)
}

function placesOf(events: readonly ProjectedEvent[]): readonly RoundPlace[] {
  const places = events.map(placeOf).filter((place) => place !== undefined)
  const keyed = places.map((place) => [JSON.stringify(Object.values(place)), place] as const)
  return [...new Map(keyed).values()]
}

/** Every event leaves a row with the balance after it, so the last of these has the last balance. */
async function loadBalances(
  tx: Transaction<Schema>,
  playerIds: readonly string[],
): Promise<ReadonlyMap<string, Balance>> {
  if (playerIds.length === 0) return new Map()
  const given = unnested(
    { player_id: 'text' },
    playerIds.map((player_id) => ({ player_id })),
  )
  const { rows } = await sql<Balance & { readonly player_id: string }>`
    select given.player_id, last.cash, last.held from ${given}
    cross join lateral (
      select cash, held from transactions
      where transactions.player_id = given.player_id and cash is not null
      order by revision desc limit 1
    ) as last`.execute(tx)
  return new Map(rows.map(({ player_id, cash, held }) => [player_id, { cash, held }]))
}

async function loadRoundEnds(
  tx: Transaction<Schema>,
  places: readonly RoundPlace[],
): Promise<readonly RoundEndRow[]> {
  if (places.length === 0) return []
  const { rows } = await sql<RoundEndRow>`
    select round_ends.* from ${unnested(placeColumns, places)}
    join round_ends using (player_id, provider, round_id)`.execute(tx)
  return rows
}

async function storeTransactions(
  tx: Transaction<Schema>,
  rows: readonly TransactionRow[],
): Promise<void> {
  await sql`
    insert into transactions (${columnList(transactionColumns)})
    select ${columnList(transactionColumns)} from ${unnested(transactionColumns, rows)}
    on conflict (player_id, issuer, transaction_id) do update set
    ${takenFromExcluded([
      'kind',
      'digest',
      'result',
      'cash',
      'held',
      'provider',
      'round_id',
      'revision',
    ])}`.execute(tx)
}

async function storeRoundEnds(
  tx: Transaction<Schema>,
  rows: readonly RoundEndRow[],
): Promise<void> {
  if (rows.length === 0) return
  await sql`
    insert into round_ends (${columnList(roundEndColumns)})
    select ${columnList(roundEndColumns)} from ${unnested(roundEndColumns, rows)}
    on conflict (player_id, provider, round_id) do update set
    ${takenFromExcluded(['bets_standing', 'closed_as'])}`.execute(tx)
}
