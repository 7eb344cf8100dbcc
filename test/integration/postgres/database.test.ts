import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { isTransient, openDatabase } from '../../../infrastructure/postgres/index.ts'
import type { DatabaseOptions } from '../../../infrastructure/postgres/index.ts'
import { createTestDatabase } from '../../support/database.ts'
import type { TestDatabase } from '../../support/database.ts'
import { startFreezingProxy } from '../event-store/freezing-proxy.ts'
import { rememberingLogger } from '../processes/scripted-process.ts'
import { dataFolder, start } from './embedded.ts'

let testDatabase: TestDatabase
beforeAll(async () => {
  testDatabase = await createTestDatabase()
})
afterAll(() => testDatabase.drop())

function open(options: Partial<DatabaseOptions> = {}) {
  const { logger, lines } = rememberingLogger()
  const database = openDatabase<object>({ url: testDatabase.url, poolSize: 4, logger, ...options })
  onTestFinished(() => database.close())
  return { ...database, log: lines }
}

test('whole numbers of any size keep every digit, in columns, sums and arrays', async () => {
  const { db } = open()
  const { rows } = await sql`SELECT
    9223372036854775807::bigint AS int8,
    '-99999999999999999999999999999999999999'::numeric(38, 0) AS numeric,
    5.00::numeric AS no_fraction,
    (SELECT sum(n) FROM (VALUES (9223372036854775807), (1)) AS numbers (n)) AS sum,
    ARRAY[9007199254740993, NULL]::bigint[] AS int8s,
    ARRAY[99999999999999999999]::numeric[] AS numerics,
    ARRAY[]::bigint[] AS none`.execute(db)
  expect(rows).toEqual([
    {
      int8: 9_223_372_036_854_775_807n,
      numeric: -99_999_999_999_999_999_999_999_999_999_999_999_999n,
      no_fraction: 5n,
      sum: 9_223_372_036_854_775_808n,
      int8s: [9_007_199_254_740_993n, null],
      numerics: [99_999_999_999_999_999_999n],
      none: [],
    },
  ])
})

test('whole numbers go in as BigInt, alone and in arrays', async () => {
  const { db } = open()
  const big = 9_223_372_036_854_775_807n
  const { rows } = await sql`SELECT ${big}::bigint AS one, ${[big, 1n]}::bigint[] AS many`.execute(
    db,
  )
  expect(rows).toEqual([{ one: big, many: [big, 1n] }])
})

test('a fraction is an error, not a rounded number, and the connection stays good', async () => {
  const { db } = open({ poolSize: 1 })
  await expect(sql`SELECT 0.1::numeric AS tenth`.execute(db)).rejects.toThrow('cast it to text')
  await expect(sql`SELECT 'NaN'::numeric AS nan`.execute(db)).rejects.toThrow('cast it to text')
  expect((await sql`SELECT 0.1::numeric::text AS tenth`.execute(db)).rows).toEqual([
    { tenth: '0.1' },
  ])
})

test('dates do not depend on the time zone of this process', async () => {
  const { db } = open()
  const { rows } = await sql`SELECT
    '2026-01-31'::date AS date, ARRAY['2026-01-31'::date] AS dates,
    '2026-01-31 23:00'::timestamp AS timestamp,
    '2026-01-31 23:00+00'::timestamptz AS instant`.execute(db)
  expect(rows).toEqual([
    {
      date: '2026-01-31',
      dates: ['2026-01-31'],
      timestamp: '2026-01-31 23:00:00',
      instant: new Date('2026-01-31T23:00:00Z'),
    },
  ])
})

test('the server knows whose connections these are, and cancels what takes too long', async () => {
  const { db } = open({ applicationName: 'countroom-test', statementTimeoutMs: 200 })
  expect((await sql`SHOW application_name`.execute(db)).rows).toEqual([
    { application_name: 'countroom-test' },
  ])
  await expect(sql`SELECT pg_sleep(10)`.execute(db)).rejects.toMatchObject({ code: '57014' })
})

test('a server that falls silent is given up in time, and the connection with it', async () => {
  const url = new URL(testDatabase.url)
  const proxy = await startFreezingProxy(Number(url.port))
  onTestFinished(() => {
    proxy.stop()
  })
  url.port = String(proxy.port)
  const { db } = open({ url: url.href, poolSize: 2, statementTimeoutMs: 200 })
  await Promise.all([1, 2].map(() => sql`SELECT pg_sleep(0.05)`.execute(db)))
  const startedAt = performance.now()
  const inTransaction = db.transaction().execute(async (transaction) => {
    await sql`SELECT 1`.execute(transaction)
    proxy.freeze()
    await sql`SELECT 2`.execute(transaction)
  })
  const outcomes = await Promise.allSettled([
    inTransaction,
    sleep(100).then(() => sql`SELECT 1`.execute(db)),
  ])
  for (const outcome of outcomes) {
    expect(outcome.status === 'rejected' && isTransient(outcome.reason)).toBe(true)
  }
  expect(outcomes[1]).toMatchObject({ reason: { message: 'Query read timeout' } })
  expect((await sql`SELECT 3 AS three`.execute(db)).rows).toEqual([{ three: 3 }])
  expect(performance.now() - startedAt).toBeLessThan(8_000)
})

test('the pool is bounded, and waiting for a connection as well', async () => {
  const database = open({ poolSize: 1, connectTimeoutMs: 300 })
  const { db } = database
  await db.transaction().execute(async () => {
    const second = Promise.allSettled([sql`SELECT 1`.execute(db)])
    expect(database.poolUse()).toEqual({ open: 1, idle: 0, waiting: 1 })
    const [outcome] = await second
    expect(outcome).toMatchObject({ status: 'rejected' })
  })
  expect(database.poolUse()).toEqual({ open: 1, idle: 1, waiting: 0 })
})

test('a server killed while connections are idle, at work and in a transaction harms nobody else', async () => {
  const postgres = await start(await dataFolder())
  const { db, log } = open({ url: postgres.url })
  await Promise.all([1, 2, 3, 4].map(() => sql`SELECT pg_sleep(0.05)`.execute(db)))

  const atWork = Promise.allSettled([sql`SELECT pg_sleep(60)`.execute(db)])
  const inTransaction = Promise.allSettled([
    db.transaction().execute(async (transaction) => {
      await sql`SELECT 1`.execute(transaction)
      await postgres.kill9()
      await postgres.whenReady() // meanwhile the connection ends with no statement under way
      await sql`SELECT 2`.execute(transaction)
    }),
  ])
  expect(await Promise.all([atWork, inTransaction])).toMatchObject([
    [{ status: 'rejected' }],
    [{ status: 'rejected' }],
  ])
  expect((await sql`SELECT 1 AS one`.execute(db)).rows).toEqual([{ one: 1 }])
  expect(log.join('')).toContain('a database connection was lost')
})

test('closing lets running statements end, but does not wait for ever', async () => {
  const patient = open()
  const short = sql`SELECT pg_sleep(0.3)`.execute(patient.db)
  await expect.poll(() => patient.poolUse().open).toBe(1)
  await patient.close()
  await short

  const impatient = open()
  const long = Promise.allSettled([sql`SELECT pg_sleep(60)`.execute(impatient.db)])
  await expect.poll(() => impatient.poolUse().open).toBe(1)
  await impatient.close(200)
  expect(await long).toMatchObject([{ status: 'rejected' }])
  expect(impatient.log.join('')).toContain('1 database connections were still in use')
})

test('a url that is none of Postgres is refused without being repeated', () => {
  for (const url of ['', 'nonsense', 'mysql://user:secret@host/database']) {
    expect(() => open({ url })).toThrow(/^the database url must look like postgres:/)
    expect(() => open({ url })).not.toThrow(/secret/)
  }
})
