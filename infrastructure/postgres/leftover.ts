import { readFile, readlink, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { lookUpProcess, waitForEnd } from '../processes/index.ts'
import type { ProcessEntry, ProcessLogger } from '../processes/index.ts'
import { codeOf } from './error-code.ts'

const fastShutdownTimeoutMs = 60_000
const immediateShutdownTimeoutMs = 10_000
const ownerSetting = 'countroom.owner'

/** The data folder is in use by a process that is alive. */
export class DataFolderInUse extends Error {
  override readonly name = 'DataFolderInUse'
}

/** A setting by which a Postgres tells, in its arguments, which process started it. */
export async function ownerArgument(): Promise<string> {
  const self = await lookUpProcess(process.pid)
  return `${ownerSetting}=${process.pid}:${self?.startTime ?? ''}`
}

/**
 * Makes way for a start on a data folder: a Postgres whose parent was killed is stopped, and a pid
 * file that names a process of somebody else (pids are used again) is removed. A pid file of a dead
 * process is left to Postgres, which knows how to deal with it.
 *
 * @throws DataFolderInUse when the process that started the Postgres there is alive
 */
export async function clearLeftover(cluster: string, logger: ProcessLogger): Promise<void> {
  const pidFile = join(cluster, 'postmaster.pid')
  const pid = await pidIn(pidFile)
  if (pid === undefined) return
  const found = await lookUpProcess(pid)
  if (found === undefined) return

  if (found.isZombie || !(await isPostgresOf(cluster, pid, found))) {
    logger.warn(
      `${pidFile} names a process (pid ${pid}) that is no Postgres of this folder: removed`,
    )
    await rm(pidFile, { force: true })
    return
  }
  await refuseWhenOwned(cluster, pid, found)
  logger.warn(`a Postgres (pid ${pid}) was left behind on ${cluster} and is stopped`)
  await stopLeftover(pid, found)
}

/** The process a pid file names. One that goes on naming none was spoilt by a crash and is removed. */
async function pidIn(pidFile: string): Promise<number | undefined> {
  for (let attempt = 0; attempt < 10; attempt++) {
    const line = await firstLine(pidFile)
    if (line === undefined) return undefined
    const pid = Number.parseInt(line, 10)
    if (!Number.isNaN(pid)) return Math.abs(pid) // negative: a single-user Postgres
    await sleep(100) // it may be about to be written
  }
  await rm(pidFile, { force: true })
  return undefined
}

async function firstLine(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).split('\n')[0]?.trim()
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

async function isPostgresOf(
  cluster: string,
  pid: number,
  { args }: ProcessEntry,
): Promise<boolean> {
  if (basename(args[0] ?? '') !== 'postgres') return false
  if (args.includes(cluster)) return true
  try {
    return (await readlink(`/proc/${pid}/cwd`)) === cluster
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    if (codeOf(error) === 'EACCES') return true // a Postgres nobody knows: rather refuse than harm
    throw error
  }
}

async function refuseWhenOwned(cluster: string, pid: number, found: ProcessEntry): Promise<void> {
  const owner = found.args.find((arg) => arg.startsWith(`${ownerSetting}=`))
  if (owner === undefined) {
    throw new DataFolderInUse(
      `${cluster} is in use by a Postgres (pid ${pid}) that was not started from here: stop it first`,
    )
  }
  const [ownerPid, startTime] = owner.slice(ownerSetting.length + 1).split(':')
  const alive = await lookUpProcess(Number(ownerPid))
  if (alive === undefined || alive.isZombie || alive.startTime !== startTime) return
  throw new DataFolderInUse(
    `${cluster} is in use by process ${ownerPid}, whose Postgres (pid ${pid}) runs on it: ` +
      'stop that process first, or use another data folder',
  )
}

async function stopLeftover(pid: number, found: ProcessEntry): Promise<void> {
  for (const [signal, timeoutMs] of [
    ['SIGINT', fastShutdownTimeoutMs],
    ['SIGQUIT', immediateShutdownTimeoutMs],
  ] as const) {
    try {
      process.kill(pid, signal)
    } catch (error) {
      if (codeOf(error) !== 'ESRCH') throw error
    }
    if (await waitForEnd(pid, found, timeoutMs)) return
  }
  throw new DataFolderInUse(`a Postgres left behind (pid ${pid}) does not stop: stop it by hand`)
}
