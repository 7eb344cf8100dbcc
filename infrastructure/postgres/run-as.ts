import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Command, ProcessLogger } from '../processes/index.ts'
import type { PostgresBinaries } from './binaries.ts'

const run = promisify(execFile)

/** A user of this system, by number. */
export interface SystemUser {
  readonly uid: number
  readonly gid: number
}

/** The way in which Postgres programs are run: as which user, and with what right beyond his own. */
export interface RunAs {
  /** The user when it is not the one of this process. */
  readonly user: SystemUser | undefined
  /** The version of the Postgres programs, `18.4`. */
  readonly version: string
  /** Turns a program and its arguments into what is to be run. */
  command(program: string, args: readonly string[]): Command
}

interface Way {
  readonly name: string
  /** Postgres stops when the process that started it dies. */
  readonly endsWithParent: boolean
  readonly command: RunAs['command']
}

/** Only these: no PGPORT, PGOPTIONS or locale of the caller's shall reach Postgres. */
const env = { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' }

/** Postgres stops in order (SIGINT: fast shutdown) when the process that started it dies. */
const stopWithParent = ['--pdeathsig', 'INT', '--no-new-privs']

/**
 * Finds out how Postgres can be run here, by trying; see docs/decisions/0004-embedded-postgres.md.
 *
 * @param user who Postgres has to be, when this process is root
 * @param folder it has to get into
 * @throws Error that says what was tried and what to do
 */
export async function findRunAs(
  binaries: PostgresBinaries,
  user: SystemUser | undefined,
  folder: string,
  logger: ProcessLogger,
): Promise<RunAs> {
  const refusals: string[] = []
  for (const way of user === undefined ? ways() : waysAs(user)) {
    try {
      const version = await tryOut(way, binaries, folder)
      logger.debug(`Postgres ${version} runs ${way.name}`)
      if (!way.endsWithParent) logger.warn(notStopped)
      return { user, version, command: way.command }
    } catch (error) {
      refusals.push(`${way.name}: ${reasonOf(error)}`)
    }
  }
  throw new Error([cannotRun(binaries, user, folder), ...refusals].join('\n  '))
}

const notStopped =
  'without setpriv (util-linux) Postgres is not stopped when this process is killed, only by the ' +
  'next start on its data folder'

function ways(): Way[] {
  return [setpriv('by setpriv', []), directly('directly')]
}

/**
 * From the least right to the most. CAP_DAC_READ_SEARCH lets the user through folders that are closed
 * to him (mode 0700) to programs and data that are meant for him; CAP_DAC_OVERRIDE does the same where
 * a container's bounding set lacks the former.
 */
function waysAs(user: SystemUser): Way[] {
  const asUser = [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups']
  const withCapability = (name: string) => [
    ...asUser,
    `--inh-caps=-all,+${name}`,
    `--ambient-caps=-all,+${name}`,
    // Else access(2), by which Postgres looks for its programs, ignores the capability.
    '--securebits=+no_setuid_fixup',
  ]
  const way = `by setpriv as uid ${user.uid}`
  return [
    setpriv(way, asUser),
    setpriv(`${way} with CAP_DAC_READ_SEARCH`, withCapability('dac_read_search')),
    setpriv(`${way} with CAP_DAC_OVERRIDE`, withCapability('dac_override')),
    directly(`directly as uid ${user.uid}`, user),
  ]
}

function setpriv(name: string, flags: readonly string[]): Way {
  return {
    name,
    endsWithParent: true,
    command: (program, args) => ({
      program: 'setpriv',
      args: [...stopWithParent, ...flags, '--', program, ...args],
      env,
    }),
  }
}

function directly(name: string, user?: SystemUser): Way {
  return {
    name,
    endsWithParent: false,
    command: (program, args) => ({ program, args, env, ...user }),
  }
}

/** Runs the programs and enters the folder the way it is wanted later. Returns the version. */
async function tryOut(
  { command }: Way,
  binaries: PostgresBinaries,
  folder: string,
): Promise<string> {
  const script = '"$1" --version >/dev/null && cd "$3" && "$2" --version'
  const { initdb, postgres } = binaries
  const { program, args, ...rest } = command('/bin/sh', [
    '-c',
    script,
    'sh',
    initdb,
    postgres,
    folder,
  ])
  const { stdout } = await run(program, args, { ...rest, cwd: '/', timeout: 20_000 })
  const version = /\(PostgreSQL\) (\S+)/.exec(stdout)?.[1]
  if (version === undefined) throw new Error(`not the version of a Postgres: ${stdout}`)
  return version
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const stderr = 'stderr' in error ? String(error.stderr).trim() : ''
  return stderr === '' ? error.message : stderr
}

function cannotRun(
  { postgres }: PostgresBinaries,
  user: SystemUser | undefined,
  folder: string,
): string {
  if (user === undefined) {
    return (
      `Postgres cannot be run. Check that ${postgres} may be executed and that npm ran the install ` +
      'scripts (npm rebuild), or name a server of your own in DATABASE_URL. Tried:'
    )
  }
  return (
    `Postgres refuses to run as root, and the user with uid ${user.uid} cannot run ${postgres} on ` +
    `${folder}. Move both to where that user may go, start as a normal user, or name a server of ` +
    'your own in DATABASE_URL. Tried:'
  )
}
