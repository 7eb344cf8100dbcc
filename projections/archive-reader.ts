import { type Kysely, sql } from 'kysely'
import {
  type Archive,
  type ArchiveQuestion,
  roundKey,
  type Transaction,
  transactionKey,
} from '../domain/index.ts'
import type { RoundEndRow, Schema, TransactionRow } from './schema.ts'

/** Looks up what an account no longer keeps in memory. */
export interface ArchiveReader {
  /**
   * What became of the keys asked for; a key that is absent was never used. Undefined while the
   * archive does not contain all events of the account up to `coveredThrough`.
   */
  find(playerId: string, question: ArchiveQuestion): Promise<Archive | undefined>
}

/** Reads the archive, each question in one statement, so that the answer is of one moment. */
export function createArchiveReader(db: Kysely<Schema>): ArchiveReader {
  return {
    async find(playerId, question) {
      const { rows } = await answer(playerId, question).execute(db)
      const [found] = rows
      if (found?.covered !== true) return undefined
      return {
        transactions: new Map(found.transactions.map(transactionEntry)),
        rounds: new Map(found.rounds.flatMap(roundEntry)),
      }
    },
  }
}

/** JSON numbers lose digits, so amounts come as text. */
type FoundTransaction = Omit<TransactionRow, 'player_id' | 'revision' | 'cash' | 'held'> & {
  readonly cash: string | null
  readonly held: string | null
}
type FoundRound = Pick<RoundEndRow, 'provider' | 'round_id' | 'closed_as'>

interface Answer {
  readonly covered: boolean
  readonly transactions: readonly FoundTransaction[]
  readonly rounds: readonly FoundRound[]
}

/**
 * Events come into the archive in order, and each leaves a row with its revision until a later one
 * takes its place: so a row of this revision or a later one proves that all before it are there.
 */
function answer(playerId: string, { transactions, rounds, coveredThrough }: ArchiveQuestion) {
  const issuers = transactions.map(({ issuer }) => issuer)
  const ids = transactions.map(({ id }) => id)
  const providers = rounds.map(({ provider }) => provider)
  const roundIds = rounds.map(({ roundId }) => roundId)
  return sql<Answer>`
    select
      exists (
        select from transactions where player_id = ${playerId} and revision >= ${coveredThrough}
      ) as covered,
      (
        select coalesce(json_agg(found), '[]') from (
          select issuer, transaction_id, kind, digest, result,
            cash::text as cash, held::text as held, provider, round_id
          from unnest(${issuers}::text[], ${ids}::text[]) as asked(issuer, transaction_id)
          join transactions using (issuer, transaction_id)
          where player_id = ${playerId}
        ) as found
      ) as transactions,
      (
        select coalesce(json_agg(found), '[]') from (
          select provider, round_id, closed_as
          from unnest(${providers}::text[], ${roundIds}::text[]) as asked(provider, round_id)
          join round_ends using (provider, round_id)
          where player_id = ${playerId}
        ) as found
      ) as rounds`
}

function transactionEntry(row: FoundTransaction): [string, Transaction] {
  return [transactionKey({ issuer: row.issuer, id: row.transaction_id }), transactionFrom(row)]
}

function transactionFrom(row: FoundTransaction): Transaction {
  const { kind, digest, result, cash, held, provider, round_id } = row
  if (kind === 'rolled-back bet' || kind === 'tombstone') return { kind }
  if (digest === null || result === null || cash === null || held === null) throw malformed(row)
  const kept = { digest, answer: { result, balance: { cash: BigInt(cash), held: BigInt(held) } } }
  if (kind === 'other') return { kind, ...kept }
  if (provider === null || round_id === null) throw malformed(row)
  return { kind, ...kept, roundKey: roundKey(provider, round_id) }
}

/** The table's constraints forbid it; an answer must not be guessed if they are ever lifted. */
function malformed({ issuer, transaction_id }: FoundTransaction): Error {
  return new Error(`the archive's row of transaction ${issuer} ${transaction_id} is incomplete`)
}

function roundEntry(row: FoundRound): [string, 'ended' | 'cancelled'][] {
  return row.closed_as === null ? [] : [[roundKey(row.provider, row.round_id), row.closed_as]]
}
