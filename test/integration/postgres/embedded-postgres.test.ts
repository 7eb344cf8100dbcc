import { chown, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { DataFolderInUse } from '../../../infrastructure/postgres/index.ts'
import { freePort } from '../../../infrastructure/processes/index.ts'
import { isAlive } from '../processes/scripted-process.ts'
import { dataFolder, query, start } from './embedded.ts'

test('stopped and started again, it finds its data', async () => {
  const folder = await dataFolder()
  const first = await start(folder)
  await query(first.url, 'CREATE TABLE kept (id int)', 'INSERT INTO kept VALUES (1), (2)')
  const { pid } = first
  await first.stop()
  expect(await isAlive(Number(pid))).toBe(false)

  const second = await start(folder)
  expect(await query(second.url, 'SELECT id FROM kept ORDER BY id')).toEqual([{ id: 1 }, { id: 2 }])
})

test('killed, it comes back at the same address with every row committed', async () => {
  const postgres = await start(await dataFolder())
  await query(postgres.url, 'CREATE TABLE kept (id int)')
  for (let id = 1; id <= 3; id++) {
    await query(postgres.url, `INSERT INTO kept VALUES (${id})`)
    await postgres.kill9()
    await postgres.whenReady()
    expect(await query(postgres.url, 'SELECT count(*)::int FROM kept')).toEqual([{ count: id }])
  }
})

test('killed with clients at work, it comes back', async () => {
  const postgres = await start(await dataFolder())
  const sleepers = Array.from({ length: 5 }, () => query(postgres.url, 'SELECT pg_sleep(60)'))
  const outcomes = Promise.allSettled(sleepers)
  const busy = `SELECT count(*)::int FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)'`
  await expect.poll(() => query(postgres.url, busy)).toEqual([{ count: 5 }])

  await postgres.kill9()
  await postgres.whenReady()
  expect((await outcomes).map(({ status }) => status)).toEqual(Array(5).fill('rejected'))
  expect(await query(postgres.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
})

test('killed while a client is busy computing, it waits for that one to end', async () => {
  const postgres = await start(await dataFolder())
  const busy = 'SELECT count(*) FROM generate_series(1, 30000000)'
  const outcome = Promise.allSettled([query(postgres.url, busy)])
  const atWork = `SELECT count(*)::int FROM pg_stat_activity WHERE query = '${busy}'`
  await expect.poll(() => query(postgres.url, atWork)).toEqual([{ count: 1 }])

  await postgres.kill9()
  await postgres.whenReady()
  await outcome
  expect(postgres.log.join('')).toContain('pre-existing shared memory block')
  expect(postgres.log.join('')).not.toContain('could not be started again')
})

test('it lets in nobody without the password, and from this machine alone', async () => {
  const folder = await dataFolder()
  const postgres = await start(folder)
  const url = new URL(postgres.url)
  url.password = 'guess'
  await expect(query(url.toString(), 'SELECT 1')).rejects.toMatchObject({ code: '28P01' })

  const password = join(folder, 'password')
  expect((await stat(password)).mode & 0o777).toBe(0o600)
  expect(await readFile(password, 'utf8')).toBe(new URL(postgres.url).password)
  const settings = `SELECT name, setting FROM pg_settings
    WHERE name IN ('listen_addresses', 'unix_socket_directories', 'password_encryption')`
  expect(await query(postgres.url, settings)).toEqual([
    { name: 'listen_addresses', setting: '127.0.0.1' },
    { name: 'password_encryption', setting: 'scram-sha-256' },
    { name: 'unix_socket_directories', setting: '' },
  ])
})

test('without the password that was made with the data it does not start, and names the file', async () => {
  const folder = await dataFolder()
  const first = await start(folder)
  await first.stop()
  await writeFile(join(folder, 'password'), 'another')
  await expect(start(folder)).rejects.toThrow(`with the password in ${join(folder, 'password')}`)
})

test('it is durable, and depends on no locale or time zone of the host', async () => {
  const postgres = await start(await dataFolder())
  const settings = `SELECT name, setting FROM pg_settings WHERE name IN
    ('fsync', 'synchronous_commit', 'full_page_writes', 'data_checksums', 'TimeZone')`
  expect(await query(postgres.url, settings)).toEqual([
    { name: 'data_checksums', setting: 'on' },
    { name: 'fsync', setting: 'on' },
    { name: 'full_page_writes', setting: 'on' },
    { name: 'synchronous_commit', setting: 'on' },
    { name: 'TimeZone', setting: 'UTC' },
  ])
  const locale = `SELECT datlocprovider, datlocale, pg_encoding_to_char(encoding) AS encoding
    FROM pg_database WHERE datname = current_database()`
  expect(await query(postgres.url, locale)).toEqual([
    { datlocprovider: 'b', datlocale: 'C.UTF-8', encoding: 'UTF8' },
  ])
})

test('values of rows do not get into the log', async () => {
  const postgres = await start(await dataFolder())
  const twice = query(
    postgres.url,
    'CREATE TABLE player (email text PRIMARY KEY)',
    `INSERT INTO player VALUES ('secret@example.org'), ('secret@example.org')`,
  )
  await expect(twice).rejects.toMatchObject({ code: '23505' })
  expect(postgres.log.join('')).toContain('duplicate key value')
  expect(postgres.log.join('')).not.toContain('secret@example.org')
})

test('a second start on the same folder is refused and does the first no harm', async () => {
  const folder = await dataFolder()
  const first = await start(folder)
  await expect(start(folder)).rejects.toThrow(DataFolderInUse)
  await expect(start(folder)).rejects.toThrow(/is in use by process \d+, whose Postgres/)
  expect(await query(first.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
})

test('of two starts at the same moment on a new folder one wins', async () => {
  const folder = await dataFolder()
  const outcomes = await Promise.allSettled([start(folder), start(folder)])
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  const lost = outcomes.find((outcome) => outcome.status === 'rejected')
  expect(lost?.reason).toBeInstanceOf(DataFolderInUse)
})

test('a port that is taken is named', async () => {
  const port = await freePort()
  const other = createServer().listen(port, '127.0.0.1')
  onTestFinished(() => void other.close())
  await expect(start(await dataFolder(), { port })).rejects.toThrow(
    `port ${port} on 127.0.0.1 is taken`,
  )
})

test('data of another major version is refused, and so is what is no data', async () => {
  const older = await dataFolder()
  await mkdir(join(older, 'cluster'), { recursive: true })
  await writeFile(join(older, 'cluster', 'something'), 'else')
  if (process.getuid?.() === 0) await chown(join(older, 'cluster'), 1, 1)
  await expect(start(older)).rejects.toThrow('PG_VERSION is missing')

  await writeFile(join(older, 'cluster', 'PG_VERSION'), '17\n')
  await expect(start(older)).rejects.toThrow(/is of Postgres 17, and this is Postgres 18/)
})

test('data that belongs to root is refused with what to do, when started as root', async (context) => {
  if (process.getuid?.() !== 0) context.skip()
  const folder = await dataFolder()
  await mkdir(join(folder, 'cluster'), { recursive: true })
  await expect(start(folder)).rejects.toThrow(/belongs to root, as which Postgres refuses to run/)
})
