import { statSync } from 'node:fs'
import { readUsers, type User } from './users-file.ts'

/** The users as their file says at present. */
export interface Users {
  find(name: string): User | undefined
  /** Another number as soon as the file has changed: what was known of its users is void. */
  version(): number
}

interface UsersOptions {
  readonly path: string
  readonly nowMs: () => number
  /** Told when the changed file cannot be used; the users stay as they were. */
  readonly onError: (error: unknown) => void
}

const LOOK_AGAIN_MS = 1_000

/** Reads a users file, and again whenever it has changed. Throws when it cannot be used at first. */
export function followUsers({ path, nowMs, onError }: UsersOptions): Users {
  let mark = markOf(path)
  let users = byName(readUsers(path))
  let version = 0
  let lookedMs = nowMs()

  const look = (): void => {
    if (Math.abs(nowMs() - lookedMs) < LOOK_AGAIN_MS) return
    lookedMs = nowMs()
    const current = markOf(path)
    if (current === mark) return
    mark = current
    try {
      users = byName(readUsers(path))
      version += 1
    } catch (error) {
      onError(error)
    }
  }

  return {
    find: (name) => users.get(name),
    version() {
      look()
      return version
    },
  }
}

function byName(users: readonly User[]): ReadonlyMap<string, User> {
  return new Map(users.map((user) => [user.name, user]))
}

/** What differs once a file was changed or replaced. */
function markOf(path: string): string {
  const status = statSync(path, { throwIfNoEntry: false, bigint: true })
  return status === undefined ? '' : `${status.ino} ${status.size} ${status.mtimeNs} ${status.mode}`
}
