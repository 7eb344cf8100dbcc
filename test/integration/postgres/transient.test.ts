import { sql } from 'kysely'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isTransient, openDatabase } from '../../../infrastructure/postgres/index.ts'
import type { Database } from '../../../infrastructure/postgres/index.ts'
import { freePort } from '../../../infrastructure/processes/index.ts'
import { createTestDatabase } from '../../support/database.ts'
import type { TestDatabase } from '../../support/database.ts'

const logger = pino({ level: 'silent' })
let testDatabase: TestDatabase
let database: Database<object>

beforeAll(async () => {
  testDatabase = await createTestDatabase()
  database = openDatabase<object>({ url: testDatabase.url, poolSize: 4, logger })
  await sql`CREATE TABLE counter (id int PRIMARY KEY, n int)`.execute(database.db)
  await sql`INSERT INTO counter VALUES (1, 0), (2, 0)`.execute(database.db)
})
afterAll(async () => {
  await database.close()
  await testDatabase.drop()
})

async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('expected an error')
}

test('a server that ends the connection', async () => {
  const own = openDatabase<object>({ url: testDatabase.url, poolSize: 1, logger })
  const ended = sql`SELECT pg_terminate_backend(pg_backend_pid())`.execute(own.db)
  const error = await errorOf(ended)
  expect(error).toMatchObject({ code: '57P01' })
  expect(isTransient(error)).toBe(true)
  await own.close()
})

test('a server that is not there', async () => {
  const url = `postgres://user:password@127.0.0.1:${await freePort()}/nothing`
  const nothing = openDatabase<object>({ url, poolSize: 1, logger })
  expect(isTransient(await errorOf(sql`SELECT 1`.execute(nothing.db)))).toBe(true)
  await nothing.close()
})

test('transactions of which one had to give way', async () => {
  const transaction = () => database.db.transaction().setIsolationLevel('serializable')
  const increment = () =>
    transaction().execute(async (db) => {
      await sql`SELECT n FROM counter WHERE id = 1`.execute(db)
      await sql`SELECT pg_sleep(0.2)`.execute(db)
      await sql`UPDATE counter SET n = n + 1 WHERE id = 1`.execute(db)
    })
  const error = await errorOf(Promise.all([increment(), increment()]))
  expect(error).toMatchObject({ code: '40001' })
  expect(isTransient(error)).toBe(true)
})

test('what is wrong in itself is not worth another try', async () => {
  const { db } = database
  for (const statement of [
    sql`INSERT INTO counter VALUES (1, 1)`,
    sql`SELECT FROM nowhere`,
    sql`SELEKT 1`,
    sql`SELECT 1 / 0`,
    sql`SELECT 0.1::numeric AS tenth`,
  ]) {
    expect(isTransient(await errorOf(statement.execute(db)))).toBe(false)
  }
  for (const value of [new Error('anything'), 'Connection terminated', undefined, null, {}]) {
    expect(isTransient(value)).toBe(false)
  }
})

test('the cause of an error counts, however it was wrapped; a circle of causes has an end', () => {
  const lost = new Error('Connection terminated unexpectedly')
  expect(isTransient(new Error('batch failed', { cause: lost }))).toBe(true)
  const circle = new Error('circle')
  circle.cause = circle
  expect(isTransient(circle)).toBe(false)
})
