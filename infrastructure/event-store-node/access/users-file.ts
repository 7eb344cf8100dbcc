import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
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
  const status = statSync(path, { throwIfNoEntry: false })
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
 * Replaces the users, whole or not at all, and durably. Throws `UsersFileError` while another
 * process does the same.
 */
export function writeUsers(path: string, users: readonly User[]): void {
  const text = `${JSON.stringify(usersFile.parse({ users }), undefined, 2)}\n`
  const next = `${path}.next`
  const file = openNew(next)
  try {
    writeSync(file, text)
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

function openNew(path: string): number {
  try {
    return openSync(path, 'wx', OWNER_ONLY)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    throw new UsersFileError(`${path} is there: another change is under way, or was cut off`, {
      cause: error,
    })
  }
}

function parseJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new UsersFileError(`${path} is no JSON`, { cause: error })
  }
}

function describe(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => `${path.join('.')} ${message}`.trim()).join('; ')
}
