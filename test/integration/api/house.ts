import { createHash, randomBytes } from 'node:crypto'
import { pino } from 'pino'
import {
  type AccessToken,
  type Api,
  type ApiOptions,
  createApi,
  type Role,
} from '../../../api/index.ts'
import { jurisdictions } from '../../../compliance/jurisdictions/index.ts'
import { connectEventStore, type EventStore } from '../../../infrastructure/event-store/index.ts'
import { type Database, migrate, openDatabase } from '../../../infrastructure/postgres/index.ts'
import { createLedger } from '../../../ledger/index.ts'
import { migrations } from '../../../migrations/index.ts'
import {
  createArchiveReader,
  projectors,
  type Schema,
  startProjections,
} from '../../../projections/index.ts'
import { createTestDatabase } from '../../support/database.ts'
import { startEventStoreNode } from '../../support/event-store-node.ts'

/** Everything behind the API, real: node, Postgres, ledger, projections. */
export interface House {
  readonly api: Api
  readonly eventStore: EventStore
  readonly database: Database<Schema>
  readonly options: ApiOptions
  /** What has been logged, a JSON line each. */
  readonly log: readonly string[]
  stop(): Promise<void>
}

export const callers = {
  operator: caller('operator', 'site'),
  acme: caller('provider', 'acme'),
  rival: caller('provider', 'rival'),
  analyst: caller('analyst', 'watch'),
  regulator: caller('regulator', 'mga'),
}
export type CallerName = keyof typeof callers

function caller(role: Role, name: string) {
  return { role, name, token: randomBytes(32).toString('base64url') }
}

export const tokens: readonly AccessToken[] = Object.values(callers).map(
  ({ role, name, token }) => ({
    role,
    name,
    sha256: createHash('sha256').update(token).digest('hex'),
  }),
)

const now = () => new Date()

/** Starts a house of its own for a file of tests; `stop` leaves nothing behind. */
export async function startHouse(): Promise<House> {
  const [node, testDatabase] = await Promise.all([startEventStoreNode(), createTestDatabase()])
  const log: string[] = []
  const logger = pino({ level: 'error' }, { write: (line: string) => log.push(line) })
  const eventStore = connectEventStore({ connectionString: node.connectionString })
  const { url } = testDatabase
  await migrate({ url, migrations, logger })
  const database = openDatabase<Schema>({ url, poolSize: 8, logger })
  const projections = await startProjections({
    db: database.db,
    databaseUrl: url,
    eventStore,
    projectors,
    logger,
    now,
  })
  const archive = createArchiveReader(database.db)
  const ledger = createLedger({ eventStore, archive, rules: jurisdictions, now })
  const options: ApiOptions = {
    host: '127.0.0.1',
    port: 0,
    tokens,
    ledger,
    database: database.db,
    projections,
    logger,
    minPositionTimeoutMs: 5000,
  }
  const api = await createApi(options)
  return {
    api,
    eventStore,
    database,
    options,
    log,
    stop: async () => {
      await api.close(1000)
      await ledger.close(1000)
      await projections.stop()
      await database.close()
      await eventStore.close()
      await node.stop()
      await testDatabase.drop()
    },
  }
}
