import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, readdir, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { ownProgram } from '../../../infrastructure/processes/index.ts'
import { idleScript, isAlive, startScript } from '../processes/scripted-process.ts'
import { dataFolder, query, start } from './embedded.ts'

/** Another process that starts a Postgres on the folder. */
async function startParent(folder: string) {
  const command = ownProgram('./start-postgres.program', import.meta.url, [folder])
  const parent = await startScript('', { command, readyTimeoutMs: 30_000 })
  const postgres = JSON.parse(parent.ready) as { pid: number; url: string }
  onTestFinished(async () => {
    if (await isAlive(postgres.pid)) process.kill(postgres.pid, 'SIGKILL')
  })
  return { ...parent, postgres }
}

test('when the process that started it is killed, Postgres stops in order', async () => {
  const folder = await dataFolder()
  const parent = await startParent(folder)
  await query(parent.postgres.url, 'CREATE TABLE kept (id int)')
  await parent.kill9()
  await expect.poll(() => isAlive(parent.postgres.pid), { timeout: 10_000 }).toBe(false)

  const postgres = await start(folder)
  expect(postgres.log.join('')).toContain('database system was shut down')
  expect(await query(postgres.url, 'SELECT count(*)::int FROM kept')).toEqual([{ count: 0 }])
})

test('a start right after the kill waits for what is still stopping', async () => {
  const folder = await dataFolder()
  const parent = await startParent(folder)
  process.kill(parent.postgres.pid, 'SIGSTOP') // so that it cannot stop by itself yet
  await parent.kill9()

  const starting = start(folder)
  await sleep(500)
  expect(await isAlive(parent.postgres.pid)).toBe(true)
  process.kill(parent.postgres.pid, 'SIGCONT')
  const postgres = await starting
  await expect.poll(() => isAlive(parent.postgres.pid), { timeout: 10_000 }).toBe(false)
  expect(postgres.log.join('')).toContain('was left behind')
})

test('killed together with the process that started it, it starts again', async () => {
  const folder = await dataFolder()
  const parent = await startParent(folder)
  await query(parent.postgres.url, 'CREATE TABLE kept (id int)')
  process.kill(parent.postgres.pid, 'SIGKILL')
  await parent.kill9()
  const postgres = await start(folder)
  expect(await query(postgres.url, 'SELECT count(*)::int FROM kept')).toEqual([{ count: 0 }])
})

test('a start killed while the data folder is being made leaves nothing in the way', async () => {
  const folder = await dataFolder()
  const { program, args, env } = ownProgram('./start-postgres.program', import.meta.url, [folder])
  const parent = spawn(program, args, { env, stdio: 'ignore', detached: true })
  onTestFinished(() => void parent.kill('SIGKILL'))
  const halfMade = await seenMaking(folder)
  parent.kill('SIGKILL')
  await once(parent, 'exit')
  expect(await readdir(folder)).not.toContain('cluster')

  const postgres = await start(folder)
  expect(await query(postgres.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  await expect(access(halfMade)).rejects.toMatchObject({ code: 'ENOENT' })
  expect((await readdir(folder)).sort()).toEqual(['cluster', 'password'])
})

/** Waits until initdb is in the middle of its work. */
async function seenMaking(folder: string): Promise<string> {
  for (;;) {
    const names = await readdir(folder).catch(() => [])
    const name = names.find((name) => name.startsWith('cluster.making-'))
    const path = name === undefined ? undefined : join(folder, name)
    if (path !== undefined && (await readdir(path)).includes('base')) return path
    await sleep(5)
  }
}

test('a pid file that names somebody else, or nobody, is no obstacle', async () => {
  const folder = await dataFolder()
  const first = await start(folder)
  await first.stop()
  const pidFile = join(folder, 'cluster', 'postmaster.pid')
  // Of the user Postgres runs as: it minds his processes alone.
  const { uid, gid } = await stat(dirname(pidFile))
  const command = { program: process.execPath, args: ['-e', idleScript], env: {}, uid, gid }
  const other = await startScript('', { command })
  for (const content of [`${other.pid}\n${dirname(pidFile)}\n`, '999999999\n', '', 'nonsense\n']) {
    await writeFile(pidFile, content)
    const postgres = await start(folder)
    expect(await query(postgres.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    await postgres.stop()
  }
  expect(await isAlive(other.pid)).toBe(true)
})
