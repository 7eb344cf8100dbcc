import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { onTestFinished } from 'vitest'
import { startEmbeddedPostgres } from '../../../infrastructure/postgres/index.ts'
import type {
  EmbeddedPostgres,
  EmbeddedPostgresOptions,
} from '../../../infrastructure/postgres/index.ts'
import { rememberingLogger } from '../processes/scripted-process.ts'

/** A folder for one test's data, gone at its end. */
export async function dataFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'countroom-embedded-postgres-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }))
  return join(folder, 'postgres')
}

/** Starts a durable Postgres, stopped at the end of the test. `log` holds its log so far. */
export async function start(
  folder: string,
  options: Partial<EmbeddedPostgresOptions> = {},
): Promise<EmbeddedPostgres & { readonly log: readonly string[] }> {
  const { logger, lines } = rememberingLogger()
  const postgres = await startEmbeddedPostgres({ dataFolder: folder, logger, ...options })
  onTestFinished(() => postgres.stop())
  return Object.assign(postgres, { log: lines })
}

/** Runs statements on a connection of their own and returns the rows of the last. */
export async function query(url: string, ...statements: string[]): Promise<unknown[]> {
  const client = new Client({ connectionString: url })
  client.on('error', () => undefined) // a lost connection, of which the query fails as well
  await client.connect()
  try {
    let rows: unknown[] = []
    for (const statement of statements) ({ rows } = await client.query<object>(statement))
    return rows
  } finally {
    await client.end()
  }
}
