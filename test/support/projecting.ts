import { type Kysely, sql } from 'kysely'
import { pino } from 'pino'
import { v5 } from 'uuid'
import { onTestFinished } from 'vitest'
import { type AccountEvent, accountStream, encodeEvent } from '../../domain/index.ts'
import {
  connectEventStore,
  type EventStore,
  type JsonObject,
  type NewEvent,
} from '../../infrastructure/event-store/index.ts'
import { migrate, openDatabase } from '../../infrastructure/postgres/index.ts'
import { migrations } from '../../migrations/index.ts'
import {
  type Projections,
  type ProjectionsOptions,
  projectors,
  type Schema,
  startProjections,
  waitForPosition,
} from '../../projections/index.ts'
import { createTestDatabase } from './database.ts'
import { type EventStoreNode, startEventStoreNode } from './event-store-node.ts'

/** A node and a client to it, for one test. */
export interface TestEventStore {
  readonly node: EventStoreNode
  readonly store: EventStore
}

export async function startEventStore(): Promise<TestEventStore> {
  const node = await startEventStoreNode()
  const store = connectEventStore({ connectionString: node.connectionString })
  onTestFinished(async () => {
    await store.close()
    await node.stop()
  })
  return { node, store }
}

/** A database with the product's schema, for one test. */
export interface ReadModels {
  readonly url: string
  readonly db: Kysely<Schema>
}

export async function createReadModels(): Promise<ReadModels> {
  const database = await createTestDatabase()
  onTestFinished(() => database.drop())
  return openReadModels(database.url)
}

/** Opens a database that is there, and brings its schema up to date. */
export async function openReadModels(url: string): Promise<ReadModels> {
  const logger = silent()
  await migrate({ url, migrations, logger })
  const database = openDatabase<Schema>({ url, logger, poolSize: 8 })
  onTestFinished(() => database.close())
  return { url, db: database.db }
}

/** Starts the projections; they are stopped at the end of the test. */
export async function project(
  { url, db }: ReadModels,
  eventStore: EventStore,
  options: Partial<ProjectionsOptions> = {},
): Promise<Projections> {
  const started = await startProjections({
    db,
    databaseUrl: url,
    eventStore,
    projectors,
    logger: silent(),
    now: () => new Date(),
    ...options,
  })
  onTestFinished(() => started.stop())
  return started
}

/** Resolves when all read models have come so far. */
export function projected({ db }: ReadModels, position: bigint, timeoutMs = 50_000): Promise<void> {
  const names = projectors.map(({ name }) => name)
  return waitForPosition(db, names, position, timeoutMs)
}

const APPEND_MAX = 200

/** Appends a player's history behind what the stream has, and gives the position of its last event. */
export async function appendHistory(
  store: EventStore,
  playerId: string,
  events: readonly AccountEvent[],
  firstRevision = 0n,
): Promise<bigint> {
  const stream = accountStream(playerId)
  let position = -1n
  let next = firstRevision
  for (let start = 0; start < events.length; start += APPEND_MAX) {
    const batch = events
      .slice(start, start + APPEND_MAX)
      .map((event, index) => newEvent(playerId, event, next + BigInt(index)))
    const result = await store.append(stream, batch, next === 0n ? 'no-stream' : next - 1n)
    if (result.status !== 'appended') throw new Error(`not appended to ${stream}`)
    ;({ position } = result)
    next += BigInt(batch.length)
  }
  return position
}

/** An event as the ledger stores it. */
export function newEvent(playerId: string, event: AccountEvent, revision: bigint): NewEvent {
  const { issuer, id } = event.data.transaction
  return {
    id: v5(`${playerId} ${revision}`, v5.URL),
    type: event.type,
    data: encodeEvent(event) as JsonObject,
    metadata: {
      schemaVersion: event.version,
      actor: issuer,
      correlationId: 'a-test',
      causationId: `${issuer} ${id}`,
      jurisdiction: 'MT',
      decidedAt: new Date(Date.UTC(2026, 0, 1) + Number(revision) * 1_000).toISOString(),
    },
  }
}

export const readModelTables = [
  'balances',
  'ledger_entries',
  'rounds',
  'round_transactions',
  'transactions',
  'round_ends',
] as const

/** Every row of every read model, in the order of their keys. */
export async function allRows({ db }: ReadModels): Promise<Record<string, readonly unknown[]>> {
  const rows: Record<string, readonly unknown[]> = {}
  for (const table of readModelTables) {
    const result = await sql`
      select to_jsonb(t)::text as row from ${sql.table(table)} as t order by 1`.execute(db)
    rows[table] = result.rows
  }
  return rows
}

export function silent() {
  return pino({ level: 'silent' })
}
