import { sql } from 'kysely'
import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import {
  DatabaseNewerThanProgram,
  migrate,
  MigrationFailed,
} from '../../../infrastructure/postgres/index.ts'
import type { Migrations } from '../../../infrastructure/postgres/index.ts'
import { ownProgram } from '../../../infrastructure/processes/index.ts'
import { createTestDatabase } from '../../support/database.ts'
import { startScript } from '../processes/scripted-process.ts'
import { query } from './embedded.ts'
import { slowMigrations } from './slow-migrations.ts'

const logger = pino({ level: 'silent' })

async function freshDatabase(): Promise<string> {
  const database = await createTestDatabase()
  onTestFinished(() => database.drop())
  return database.url
}

const names = Object.keys(slowMigrations)

test('migrations run in the order of their names, once', async () => {
  const url = await freshDatabase()
  const migrations = Object.fromEntries(Object.entries(slowMigrations).toReversed())
  expect(await migrate({ url, migrations, logger })).toEqual(names)
  expect(await migrate({ url, migrations, logger })).toEqual([])
  expect(await query(url, 'SELECT n FROM numbers')).toEqual([{ n: 1 }])
})

test('two processes that start at once do not get in each other’s way', async () => {
  const url = await freshDatabase()
  const command = ownProgram('./migrate.program', import.meta.url, [url])
  const done = await Promise.all([startScript('', { command }), startScript('', { command })])
  expect(done.map(({ ready }) => ready).sort()).toEqual(['', names.join(' ')])
  expect(await query(url, 'SELECT n FROM numbers')).toEqual([{ n: 1 }])
})

test('nor do eight', async () => {
  const url = await freshDatabase()
  const starts = Array.from({ length: 8 }, () =>
    migrate({ url, migrations: slowMigrations, logger }),
  )
  const done = await Promise.all(starts)
  expect(done.filter((ran) => ran.length > 0)).toEqual([names])
  expect(await query(url, 'SELECT n FROM numbers')).toEqual([{ n: 1 }])
})

test('a migration that fails is named, and neither it nor those before it have changed anything', async () => {
  const url = await freshDatabase()
  const migrations: Migrations = {
    ...slowMigrations,
    '0003-broken': {
      async up(db) {
        await sql`INSERT INTO nowhere VALUES (1)`.execute(db)
      },
    },
  }
  const migrating = migrate({ url, migrations, logger })
  await expect(migrating).rejects.toThrow(MigrationFailed)
  await expect(migrating).rejects.toThrow(
    'migration 0003-broken failed and changed nothing: relation "nowhere" does not exist (42P01)',
  )
  expect(await query(url, `SELECT to_regclass('numbers') AS numbers`)).toEqual([{ numbers: null }])
  expect(await migrate({ url, migrations: slowMigrations, logger })).toEqual(names)
})

test('a database that is newer than the program is refused and stays as it is', async () => {
  const url = await freshDatabase()
  const migrations: Migrations = {
    ...slowMigrations,
    '0003-later': { up: () => Promise.resolve() },
  }
  await migrate({ url, migrations, logger })
  const older = migrate({ url, migrations: slowMigrations, logger })
  await expect(older).rejects.toThrow(DatabaseNewerThanProgram)
  await expect(older).rejects.toThrow('does not know the migration 0003-later')
})

test('a migration that was slipped in between is refused', async () => {
  const url = await freshDatabase()
  await migrate({ url, migrations: slowMigrations, logger })
  const migrations: Migrations = { ...slowMigrations, '0001-z': { up: () => Promise.resolve() } }
  await expect(migrate({ url, migrations, logger })).rejects.toThrow(MigrationFailed)
})

test('a process killed in the middle of migrating leaves nothing behind, and the next one can', async () => {
  const url = await freshDatabase()
  const migrations: Migrations = {
    '0001-numbers': {
      async up(db) {
        await sql`CREATE TABLE numbers (n int)`.execute(db)
        await sql`SELECT pg_terminate_backend(pg_backend_pid())`.execute(db)
      },
    },
  }
  await expect(migrate({ url, migrations, logger })).rejects.toThrow(MigrationFailed)
  expect(await migrate({ url, migrations: slowMigrations, logger })).toEqual(names)
})
