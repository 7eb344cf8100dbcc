import {
  closeSync,
  fchownSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import { syncFolder } from '../storage/data-folder.ts'
import { passwordHash } from './password-hash.ts'

/** The users file cannot be used; says which file, and what is wrong with it. */
export class UsersFileError extends Error {
  override readonly name = 'UsersFileError'
}

/** A name that no access list could take for a group, and that Basic authentication can carry. */
export const userName = z
  .string()
  .regex(
    /^[^$:\p{Cc}][^:\p{Cc}]{0,99}$/u,
    'a name has 1 to 100 characters, no colon, no $ at first',
  )
/** `$admins`, `$ops`, or a group of one's own. */
export const groupName = z
  .string()
  .regex(/^[^:,\p{Cc}]{1,100}$/u, 'a group has 1 to 100 characters, no colon and no comma')
  .refine((group) => group !== '$all', '$all is everybody, not a group')

const user = z.strictObject({
  name: userName,
  groups: z.array(groupName).max(100),
  disabled: z.boolean(),
  password: passwordHash,
})

const usersFile = z
  .strictObject({ users: z.array(user).max(10_000) })
  .refine(
    ({ users }) => new Set(users.map(({ name }) => name)).size === users.length,
    'a name is there twice',
  )

export type User = z.infer<typeof user>

const FILE_BYTES_MAX = 8 * 1_048_576
const OWNER_ONLY = 0o600
const OTHERS = 0o077

/**
 * Reads the users, none when there is no file. Throws `UsersFileError` when others than its owner
 * may read or change the file, or when it does not hold what it should.
 */
export function readUsers(path: string): readonly User[] {
  const status = statusOf(path)
  if (status === undefined) return []
  if ((status.mode & OTHERS) !== 0) {
    throw new UsersFileError(`${path} must be its owner's alone: chmod 600 it`)
  }
  if (status.size > FILE_BYTES_MAX) {
    throw new UsersFileError(`${path} must not exceed ${FILE_BYTES_MAX} bytes`)
  }
  const result = usersFile.safeParse(parseJson(path))
  if (!result.success) throw new UsersFileError(`${path}: ${describe(result.error)}`)
  return result.data.users
}

/**
 * Changes the users, whole or not at all, and durably: between reading and writing nobody else does.
 * The file stays its owner's. Throws `UsersFileError` while another process changes it, or when it
 * cannot be used as it is.
 */
export function changeUsers(
  path: string,
  change: (users: readonly User[]) => readonly User[],
): void {
  const next = `${path}.next`
  const file = openNew(next)
  try {
    const users = change(readUsers(path))
    writeFileSync(file, `${JSON.stringify(usersFile.parse({ users }), undefined, 2)}\n`)
    giveToOwnerOf(path, file)
    fsyncSync(file)
    renameSync(next, path)
  } catch (error) {
    rmSync(next, { force: true })
    throw error
  } finally {
    closeSync(file)
  }
  syncFolder(dirname(path))
}

/** What root has written the node could not read; a new file belongs to whom its folder does. */
function giveToOwnerOf(path: string, file: number): void {
  if (process.getuid?.() !== 0) return
  const { uid, gid } = statSync(path, { throwIfNoEntry: false }) ?? statSync(dirname(path))
  fchownSync(file, uid, gid)
}

function openNew(path: string): number {
  try {
    return openSync(path, 'wx', OWNER_ONLY)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    const reason =
      code === 'EEXIST'
        ? 'is there: another change is under way, or was cut off'
        : `cannot be written: ${String(error)}`
    throw new UsersFileError(`${path} ${reason}`, { cause: error })
  }
}

function statusOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch (error) {
    throw new UsersFileError(`${path} cannot be read: ${String(error)}`, { cause: error })
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new UsersFileError(`${path} cannot be read: ${String(error)}`, { cause: error })
  }
}

function parseJson(path: string): unknown {
  const text = readText(path)
  try {
    return JSON.parse(text)
  } catch {
    // The cause would show a part of the file.
    throw new UsersFileError(`${path} is no JSON`)
  }
}

function describe(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => `${path.join('.')} ${message}`.trim()).join('; ')
}
