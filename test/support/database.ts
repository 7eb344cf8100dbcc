import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { inject } from 'vitest'

/** A database of a test's own. `drop` removes it, whoever is still connected. */
export interface TestDatabase {
  readonly name: string
  readonly url: string
  drop(): Promise<void>
}

/**
 * Makes a fresh, empty database on the run's Postgres. Drop it in `afterEach` or `afterAll`; one
 * that is forgotten goes with the end of the run.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const serverUrl = inject('postgresUrl')
  const name = inject('testDatabasePrefix') + randomBytes(6).toString('hex')
  const url = new URL(serverUrl)
  url.pathname = `/${name}`

  await runOnServer(serverUrl, `CREATE DATABASE ${name} TEMPLATE template0`)
  return {
    name,
    url: url.toString(),
    drop: () => runOnServer(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  }
}

async function runOnServer(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
