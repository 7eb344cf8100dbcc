import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { promisify } from 'node:util'
import { codeOf } from './error-code.ts'
import type { SystemUser } from './run-as.ts'

const run = promisify(execFile)

/**
 * Who Postgres has to run as: nobody else than this process, unless that is root, as which Postgres
 * refuses to run. Then it is the owner of the data that is there, else the system user `postgres`,
 * who is made when missing.
 *
 * @param cluster the folder of the data, which need not exist
 * @throws Error when the data belongs to somebody else, or the user cannot be made
 */
export async function userFor(cluster: string): Promise<SystemUser | undefined> {
  const owner = await ownerOf(cluster)
  const self = process.getuid?.()
  if (self !== 0) {
    if (owner === undefined || owner.uid === self) return undefined
    throw new Error(
      `${cluster} belongs to the user with uid ${owner.uid}: start as that user or as root`,
    )
  }
  if (owner?.uid === 0) {
    throw new Error(`${cluster} belongs to root, as which Postgres refuses to run: chown -R it`)
  }
  return owner ?? (await lookUp('postgres')) ?? makeUser('postgres')
}

async function ownerOf(path: string): Promise<SystemUser | undefined> {
  try {
    const { uid, gid } = await stat(path)
    return { uid, gid }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

async function lookUp(name: string): Promise<SystemUser | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])])
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
  } catch (error) {
    const unknown = error instanceof Error && 'code' in error && error.code === 1
    if (unknown) return undefined
    throw error
  }
}

async function makeUser(name: string): Promise<SystemUser> {
  const advice =
    `Postgres refuses to run as root, and the system user "${name}" could not be made: make it ` +
    `(useradd --system ${name}), start as a normal user, or name a server of your own in DATABASE_URL`
  try {
    const flags = ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin']
    await run('useradd', [...flags, name])
  } catch (cause) {
    const made = await lookUp(name) // by another start at the same moment
    if (made === undefined) throw new Error(advice, { cause })
    return made
  }
  const user = await lookUp(name)
  if (user === undefined) throw new Error(advice)
  return user
}
