import { sql } from 'kysely'
import type { Migrations } from '../../../infrastructure/postgres/index.ts'

/** Migrations that take long enough for others to start meanwhile, and fail when run twice. */
export const slowMigrations: Migrations = {
  '0001-numbers': {
    async up(db) {
      await sql`CREATE TABLE numbers (n int)`.execute(db)
      await sql`SELECT pg_sleep(0.3)`.execute(db)
    },
  },
  '0002-first-number': {
    async up(db) {
      await sql`INSERT INTO numbers VALUES (1)`.execute(db)
      await sql`SELECT pg_sleep(0.3)`.execute(db)
    },
  },
}
