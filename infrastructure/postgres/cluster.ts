import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { codeOf } from './error-code.ts'
import type { RunAs } from './run-as.ts'

const run = promisify(execFile)
const initdbTimeoutMs = 120_000

export interface ClusterOptions {
  /** The folder of the data; its parent is ours too. */
  readonly cluster: string
  readonly initdb: string
  readonly runAs: RunAs
  readonly user: string
  readonly passwordFile: string
  readonly durable: boolean
}

/**
 * Makes the folder of the data, unless it is there. It is made under another name and gets its own
 * when it is complete, so that a crash half-way leaves nothing that looks like data.
 *
 * @throws Error when the folder is of another major version of Postgres, or no Postgres folder
 */
export async function ensureCluster(options: ClusterOptions): Promise<void> {
  const { cluster, runAs } = options
  await removeHalfMade(cluster)
  const version = await versionOf(cluster)
  if (version === undefined) return makeCluster(options)

  const major = runAs.version.split('.')[0]
  if (version === major) return
  throw new Error(
    `${cluster} is of Postgres ${version}, and this is Postgres ${runAs.version}: dump the data with ` +
      `Postgres ${version} and load it into a new folder, or use pg_upgrade`,
  )
}

/** The major version of a data folder; undefined when there is no folder. */
async function versionOf(cluster: string): Promise<string | undefined> {
  try {
    return (await readFile(join(cluster, 'PG_VERSION'), 'utf8')).trim()
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
  }
  const content = await readdir(cluster).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  })
  if (content === undefined || content.length === 0) return undefined
  throw new Error(`${cluster} is not empty and no data folder of Postgres: PG_VERSION is missing`)
}

async function makeCluster(options: ClusterOptions): Promise<void> {
  const { cluster, runAs, durable } = options
  const draft = `${cluster}.making-${process.pid}-${randomBytes(4).toString('hex')}`
  await mkdir(draft, { mode: 0o700 })
  try {
    if (runAs.user !== undefined) await chown(draft, runAs.user.uid, runAs.user.gid)
    await initialize(draft, options)
    await rename(draft, cluster)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    // Another start was faster; what it made is as good.
    if (codeOf(error) !== 'ENOTEMPTY' && codeOf(error) !== 'EEXIST') throw error
  }
  if (durable) await syncFolder(dirname(cluster))
}

async function initialize(folder: string, options: ClusterOptions): Promise<void> {
  const { program, args, ...rest } = options.runAs.command(options.initdb, [
    `--pgdata=${folder}`,
    `--username=${options.user}`,
    `--pwfile=${options.passwordFile}`,
    '--auth=scram-sha-256',
    // Built into Postgres, so that no update of the host's locales can change an order or an index.
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--no-instructions',
    ...(options.durable ? [] : ['--no-sync']),
  ])
  try {
    await run(program, args, { ...rest, cwd: '/', timeout: initdbTimeoutMs })
  } catch (cause) {
    const stderr = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : ''
    throw new Error(`the Postgres data folder could not be made: ${stderr}`, { cause })
  }
}

/** Removes what starts that were killed half-way have left; not what another one is making now. */
async function removeHalfMade(cluster: string): Promise<void> {
  const parent = dirname(cluster)
  for (const name of await readdir(parent)) {
    const pid = new RegExp(`^${basename(cluster)}\\.making-(\\d+)-`).exec(name)?.[1]
    if (pid === undefined || isAlive(Number(pid))) continue
    // An initdb that has just lost its parent may still be writing.
    await rm(join(parent, name), { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

/** Makes the entries of a folder survive a loss of power. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
