import { type Kysely, sql } from 'kysely'
import { type Page, type PageRequest, readPage } from './keyset-page.ts'
import type { RoundRow, RoundTransactionRow, Schema } from './schema.ts'

/** A round's place in a player's game history; it never changes. */
export interface RoundsKey {
  readonly firstPosition: bigint
}

/**
 * A page of a player's rounds, in the order of their first bets.
 *
 * @throws RangeError for a page of less than one row or more than PAGE_LENGTH_MAX
 */
export function readRounds(
  db: Kysely<Schema>,
  playerId: string,
  request: PageRequest<RoundsKey>,
): Promise<Page<RoundRow>> {
  const { take, after, before } = request
  return readPage(
    async (clauses) => {
      const { rows } = await sql<RoundRow>`
        select * from rounds where player_id = ${playerId} ${clauses}`.execute(db)
      return rows
    },
    ['first_position'],
    {
      take,
      ...(after && { after: [after.firstPosition] }),
      ...(before && { before: [before.firstPosition] }),
    },
  )
}

/** What names a round. */
export interface RoundName {
  readonly playerId: string
  readonly provider: string
  readonly roundId: string
}

/** One round; undefined when nobody has bet in it (yet). */
export function readRound(
  db: Kysely<Schema>,
  { playerId, provider, roundId }: RoundName,
): Promise<RoundRow | undefined> {
  return db
    .selectFrom('rounds')
    .selectAll()
    .where('player_id', '=', playerId)
    .where('provider', '=', provider)
    .where('round_id', '=', roundId)
    .executeTakeFirst()
}

/**
 * A page of the bets and wins of a round, oldest first.
 *
 * @throws RangeError for a page of less than one row or more than PAGE_LENGTH_MAX
 */
export function readRoundTransactions(
  db: Kysely<Schema>,
  { playerId, provider, roundId }: RoundName,
  request: PageRequest<{ readonly position: bigint }>,
): Promise<Page<RoundTransactionRow>> {
  const { take, after, before } = request
  return readPage(
    async (clauses) => {
      const { rows } = await sql<RoundTransactionRow>`
        select * from round_transactions
        where player_id = ${playerId} and provider = ${provider} and round_id = ${roundId}
        ${clauses}`.execute(db)
      return rows
    },
    ['position'],
    {
      take,
      ...(after && { after: [after.position] }),
      ...(before && { before: [before.position] }),
    },
  )
}
