import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, escapeIdentifier } from 'pg'
import { pino } from 'pino'
import type { TestProject } from 'vitest/node'
import { startEmbeddedPostgres } from '../../infrastructure/postgres/index.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** A server where tests make databases of their own, see `createTestDatabase`. */
    postgresUrl: string
    /** What the names of this run's databases begin with. */
    testDatabasePrefix: string
  }
}

/**
 * One Postgres for a run of the integration tests: the server DATABASE_URL names when it is set,
 * else an embedded one in a temporary folder, without fsync. Nothing of either is left at the end.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const prefix = `countroom_test_${randomBytes(4).toString('hex')}_`
  project.provide('testDatabasePrefix', prefix)

  const given = process.env['DATABASE_URL']
  if (given !== undefined && given !== '') {
    project.provide('postgresUrl', given)
    return () => dropDatabases(given, prefix)
  }

  const folder = await mkdtemp(join(tmpdir(), 'countroom-test-postgres-'))
  const removeFolder = () => rm(folder, { recursive: true, force: true, maxRetries: 5 })
  try {
    const postgres = await startEmbeddedPostgres({
      dataFolder: join(folder, 'postgres'),
      logger: pino({ level: 'error' }, pino.destination(2)),
      durable: false,
    })
    project.provide('postgresUrl', postgres.url)
    return async () => {
      await postgres.stop()
      await removeFolder()
    }
  } catch (error) {
    await removeFolder()
    throw error
  }
}

async function dropDatabases(url: string, prefix: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ datname: string }>(
      'SELECT datname FROM pg_database WHERE starts_with(datname, $1)',
      [prefix],
    )
    for (const { datname } of rows) {
      await client.query(`DROP DATABASE IF EXISTS ${escapeIdentifier(datname)} WITH (FORCE)`)
    }
  } finally {
    await client.end()
  }
}
