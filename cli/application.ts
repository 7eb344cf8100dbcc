import type { Logger } from 'pino'
import { type AccessToken, createApi } from '../api/index.ts'
import { jurisdictions } from '../compliance/jurisdictions/index.ts'
import { connectEventStore } from '../infrastructure/event-store/index.ts'
import { migrate, openDatabase } from '../infrastructure/postgres/index.ts'
import { type Part, stopInOrder } from '../infrastructure/processes/index.ts'
import { createLedger } from '../ledger/index.ts'
import { migrations } from '../migrations/index.ts'
import {
  createArchiveReader,
  projectors,
  type Schema,
  startProjections,
} from '../projections/index.ts'

export interface ApplicationOptions {
  readonly eventStoreUrl: string
  readonly databaseUrl: string
  readonly tokens: readonly AccessToken[]
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  readonly logger: Logger
}

/** What runs in this process: ledger, projections and API. */
export interface Application {
  /** Where GraphQL is served. */
  readonly url: string
  /** Stops in order: no new requests, answers for those under way, projections, connections. */
  stop(): Promise<void>
}

const now = () => new Date()

const CONNECT_TIMEOUT_MS = 30_000
const DRAIN_MS = 10_000
const POOL_SIZE = 20

/**
 * Brings the database up to date and starts ledger, projections and API over the two servers.
 * @throws when a server cannot be reached, a migration fails or the port is taken; what was started
 *   is stopped again
 */
export async function startApplication(options: ApplicationOptions): Promise<Application> {
  const { eventStoreUrl, databaseUrl, tokens, host, port, logger } = options
  const started: Part[] = []
  const stop = () => stopInOrder(started, logger)
  try {
    await migrate({ url: databaseUrl, migrations, logger })
    const database = openDatabase<Schema>({ url: databaseUrl, poolSize: POOL_SIZE, logger })
    started.push({ name: 'database connections', stop: () => database.close() })

    const eventStore = connectEventStore({ connectionString: eventStoreUrl, log: logger })
    started.push({ name: 'event-store connection', stop: () => eventStore.close() })
    await eventStore.ready(CONNECT_TIMEOUT_MS)

    const projections = await startProjections({
      db: database.db,
      databaseUrl,
      eventStore,
      projectors,
      logger,
      now,
    })
    started.push({ name: 'projections', stop: () => projections.stop() })

    const archive = createArchiveReader(database.db)
    const ledger = createLedger({ eventStore, archive, rules: jurisdictions, now })
    started.push({ name: 'ledger', stop: () => ledger.close(DRAIN_MS) })

    const api = await createApi({
      ledger,
      database: database.db,
      projections,
      tokens,
      host,
      port,
      logger,
    })
    started.push({ name: 'api', stop: () => api.close() })
    return { url: `${api.url}/graphql`, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
