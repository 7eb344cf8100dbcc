import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Security } from '../options/index.ts'
import type { Store } from '../storage/store.ts'
import type { Access } from './access.ts'
import { Authenticator } from './authenticator.ts'
import { ensureUsers } from './default-users.ts'
import { insecureAccess } from './insecure-access.ts'
import { PasswordChecks } from './password-checks.ts'
import { secureAccess } from './secure-access.ts'
import { followUsers, LOOK_AGAIN_MS } from './users.ts'

/**
 * Who may do what, as the options say; `onChange` is told whose entry in the users file changes, also
 * while nobody calls. Throws `UsersFileError` when secure mode has no users.
 */
export async function openAccess(
  security: Security,
  store: Store,
  folder: string,
  logger: Logger,
  onChange: (userNames: ReadonlySet<string>) => void,
): Promise<Access> {
  if (security.kind === 'insecure') return insecureAccess
  const path = security.usersFile ?? usersFileIn(folder)
  await ensureUsers(path, security.defaultPasswords)
  const users = followUsers({
    path,
    nowMs: Date.now,
    onError(error) {
      logger.error(
        { err: error },
        'the users file has changed and cannot be used: users stay as they were',
      )
    },
  })
  users.onChange(onChange)
  setInterval(() => {
    users.look()
  }, LOOK_AGAIN_MS).unref()
  return secureAccess(store, new Authenticator(users, new PasswordChecks()), security.anonymous)
}

/** Where the users are unless another file is named. */
export function usersFileIn(folder: string): string {
  return join(folder, 'users.json')
}
