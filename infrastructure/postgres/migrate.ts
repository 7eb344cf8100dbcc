import { Migrator } from 'kysely'
import type { Migration } from 'kysely'
import type { ProcessLogger } from '../processes/index.ts'
import { openDatabase } from './database.ts'
import type { Database } from './database.ts'
import { codeOf } from './error-code.ts'

export type { Migration } from 'kysely'

/** All steps of the schema by name. The order is that of the names: `0001-accounts`, `0002-rounds`. */
export type Migrations = Readonly<Record<string, Migration>>

/** A migration failed. All that were due run in one transaction, so the database is as it was. */
export class MigrationFailed extends Error {
  override readonly name = 'MigrationFailed'
}

/** The database has had migrations this version of the program does not know. */
export class DatabaseNewerThanProgram extends Error {
  override readonly name = 'DatabaseNewerThanProgram'
}

/**
 * Brings the schema up to date. Any number of processes may do this at once: an advisory lock lets
 * one of them work, and the others find nothing left to do.
 *
 * @returns the names of the migrations that were run, in order
 * @throws MigrationFailed, DatabaseNewerThanProgram; the database is as it was
 */
export async function migrate(options: {
  readonly url: string
  readonly migrations: Migrations
  readonly logger: ProcessLogger
}): Promise<string[]> {
  const { url, migrations, logger } = options
  // One connection, as the lock is the connection's; no time limit, as a step may rewrite a table
  // and as the others wait for the lock in a statement.
  const limits = { poolSize: 1, statementTimeoutMs: 0, idleInTransactionTimeoutMs: 0 }
  const database = openDatabase<MigrationTables>({ url, logger, ...limits })
  try {
    const migrator = new Migrator({
      db: database.db,
      provider: { getMigrations: () => Promise.resolve({ ...migrations }) },
    })
    const { error, results = [] } = await migrator.migrateToLatest()
    if (error !== undefined) {
      await refuseNewer(database, migrations)
      const failed = results.find(({ status }) => status === 'Error')
      throw migrationFailed(error, failed?.migrationName)
    }
    const names = results.map(({ migrationName }) => migrationName)
    for (const name of names) logger.info(`database migrated: ${name}`)
    return names
  } finally {
    await database.close()
  }
}

interface MigrationTables {
  readonly kysely_migration: { readonly name: string }
}

async function refuseNewer(
  { db }: Database<MigrationTables>,
  migrations: Migrations,
): Promise<void> {
  const done = await namesDone(db)
  const unknown = done.filter((name) => !Object.hasOwn(migrations, name))
  if (unknown.length === 0) return
  throw new DatabaseNewerThanProgram(
    'the database is newer than this program, which does not know the migration ' +
      `${unknown.join(', ')}: run the version that made it, or a later one`,
  )
}

async function namesDone(db: Database<MigrationTables>['db']): Promise<string[]> {
  try {
    const rows = await db.selectFrom('kysely_migration').select('name').orderBy('name').execute()
    return rows.map(({ name }) => name)
  } catch {
    return [] // not to be had; what failed before is the error to tell
  }
}

function migrationFailed(cause: unknown, name: string | undefined): MigrationFailed {
  const reason = cause instanceof Error ? cause.message : String(cause)
  const code = codeOf(cause)
  const what = name === undefined ? 'the migration of the database' : `migration ${name}`
  return new MigrationFailed(
    `${what} failed and changed nothing: ${reason}${code === undefined ? '' : ` (${code})`}`,
    { cause },
  )
}
