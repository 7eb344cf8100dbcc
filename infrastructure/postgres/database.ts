import { setTimeout as sleep } from 'node:timers/promises'
import { Kysely, PostgresDialect } from 'kysely'
import { Pool } from 'pg'
import type { PoolClient } from 'pg'
import type { ProcessLogger } from '../processes/index.ts'
import { columnTypes } from './column-types.ts'
import { isQueryTimeout } from './transient.ts'

export interface DatabaseOptions {
  /** postgres://user:password@host:port/database */
  readonly url: string
  /** Connections at most. */
  readonly poolSize: number
  readonly logger: ProcessLogger
  /** What the server's own views call these connections; `countroom` when not given. */
  readonly applicationName?: string
  /**
   * The server cancels a statement that takes longer; 0 lets it. 30 s when not given. A server that
   * has not even said so 5 s later is given up, and the connection with it.
   */
  readonly statementTimeoutMs?: number
  /** How long to wait for a connection, free or new. 10 s when not given. */
  readonly connectTimeoutMs?: number
  /** How long a transaction may sit idle before the server ends it. 60 s when not given. */
  readonly idleInTransactionTimeoutMs?: number
}

/** How much later than the server's own limit a silent server is given up. */
const SILENCE_MS_MAX = 5_000

export interface PoolUse {
  readonly open: number
  readonly idle: number
  /** Callers that wait for a connection. */
  readonly waiting: number
}

/** A database behind a pool of connections. The types of values are those of `columnTypes`. */
export interface Database<Tables> {
  readonly db: Kysely<Tables>
  poolUse(): PoolUse
  /** Lets running statements end, for `timeoutMs` at most (5 s when not given), and disconnects. */
  close(timeoutMs?: number): Promise<void>
}

/**
 * Opens a pool of connections; the first one is made by the first query. A server that goes away
 * makes the queries of that moment fail, and the next ones connect again.
 *
 * @throws TypeError when the url is none of Postgres
 */
export function openDatabase<Tables>(options: DatabaseOptions): Database<Tables> {
  const { url, logger, statementTimeoutMs = 30_000 } = options
  checkUrl(url)
  const pool = new Pool({
    connectionString: url,
    max: options.poolSize,
    application_name: options.applicationName ?? 'countroom',
    connectionTimeoutMillis: options.connectTimeoutMs ?? 10_000,
    statement_timeout: statementTimeoutMs,
    ...(statementTimeoutMs > 0 && { query_timeout: statementTimeoutMs + SILENCE_MS_MAX }),
    idle_in_transaction_session_timeout: options.idleInTransactionTimeoutMs ?? 60_000,
    keepAlive: true,
    types: columnTypes(),
  })
  const clients = new Set<PoolClient>()
  pool.on('connect', (client) => {
    clients.add(client)
    cutWhenSilent(client)
    // The pool listens for errors of idle clients alone; without this one, a server that dies while
    // a transaction is open but runs no statement would take the whole process with it.
    client.on('error', (error) => {
      // A server that is stopped behind us may cut what we are leaving anyway.
      const level = pool.ending ? 'debug' : 'warn'
      logger[level]({ err: error }, `a database connection was lost: ${error.message}`)
    })
  })
  pool.on('remove', (client) => {
    clients.delete(client)
  })
  pool.on('error', () => undefined) // an idle client's, which the client's own listener has logged

  return {
    db: new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) }),
    poolUse: () => ({ open: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    close: (timeoutMs = 5_000) => closePool(pool, clients, timeoutMs, logger),
  }
}

/**
 * pg gives up a query that was not answered in time, but goes on waiting for the answer before it
 * sends the next one: the rollback that follows, or the query of whoever is given the connection
 * then. So the connection goes with the query.
 */
function cutWhenSilent(client: PoolClient): void {
  const query = client.query.bind(client) as (...args: readonly unknown[]) => unknown
  const queryOrCut = (...args: readonly unknown[]): unknown => {
    const result = query(...args)
    if (!(result instanceof Promise)) return result
    return result.catch((error: unknown) => {
      if (isQueryTimeout(error)) void client.end()
      throw error
    })
  }
  client.query = queryOrCut as typeof client.query
}

function checkUrl(url: string): void {
  // The message must not repeat the url, which holds a password.
  const rule = 'the database url must look like postgres://user:password@host:port/database'
  if (!URL.canParse(url)) throw new TypeError(rule)
  const { protocol } = new URL(url)
  if (protocol !== 'postgres:' && protocol !== 'postgresql:') throw new TypeError(rule)
}

async function closePool(
  pool: Pool,
  clients: ReadonlySet<PoolClient>,
  timeoutMs: number,
  logger: ProcessLogger,
): Promise<void> {
  if (pool.ending) return
  const ended = pool.end().then(() => true)
  const late = new AbortController()
  const inTime = await Promise.race([ended, pause(timeoutMs, late.signal)])
  late.abort()
  if (inTime) return
  logger.warn(`${clients.size} database connections were still in use and are cut`)
  await Promise.all([...clients].map((client) => client.end()))
}

async function pause(delayMs: number, signal: AbortSignal): Promise<false> {
  try {
    return await sleep(delayMs, false, { signal })
  } catch {
    return false // the pool ended first
  }
}
