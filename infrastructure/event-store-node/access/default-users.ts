import { flawOfPassword } from './basic-credentials.ts'
import { hashPassword } from './password-hash.ts'
import { changeUsers, readUsers, type User, UsersFileError } from './users-file.ts'

/** Passwords of the first users, from the environment alone. */
export interface DefaultPasswords {
  readonly admin: string | undefined
  readonly ops: string | undefined
}

/**
 * Sees to it that there are users. On the first start `admin` and `ops` are made with the passwords
 * given, later these are ignored. Throws `UsersFileError` when there would be nobody.
 */
export async function ensureUsers(path: string, { admin, ops }: DefaultPasswords): Promise<void> {
  if (readUsers(path).length > 0) return
  if (admin === undefined) {
    throw new UsersFileError(
      `there are no users in ${path}, and secure mode lets nobody else in: give the admin's ` +
        'password in EVENTSTORE_DEFAULT_ADMIN_PASSWORD, or add a user by "users set"',
    )
  }
  const users = [await firstUser('admin', '$admins', admin)]
  if (ops !== undefined) users.push(await firstUser('ops', '$ops', ops))
  changeUsers(path, (current) => (current.length > 0 ? current : users))
}

async function firstUser(name: string, group: string, password: string): Promise<User> {
  const flaw = flawOfPassword(password)
  if (flaw !== undefined) throw new UsersFileError(`user '${name}': ${flaw}`)
  return { name, groups: [group], disabled: false, password: await hashPassword(password) }
}
