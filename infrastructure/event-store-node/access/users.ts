import { statSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { readUsers, type User, UsersFileError } from './users-file.ts'

/** The names of users whose entry is another one than before, is new or is gone. */
type ChangeListener = (names: ReadonlySet<string>) => void

/** The users as their file says at present. */
export interface Users {
  /** The same object until the user's entry changes. */
  find(name: string): User | undefined
  /** Reads the file again if it has changed, and tells who is concerned before it returns. */
  look(): void
  onChange(listener: ChangeListener): void
}

interface UsersOptions {
  readonly path: string
  readonly nowMs: () => number
  /** Told when the changed file cannot be used; the users stay as they were. */
  readonly onError: (error: unknown) => void
}

/** How old what is known of the file may be. */
export const LOOK_AGAIN_MS = 500

type UsersByName = ReadonlyMap<string, User>

/** Reads a users file, and again whenever it has changed. Throws when it cannot be used at first. */
export function followUsers({ path, nowMs, onError }: UsersOptions): Users {
  const listeners: ChangeListener[] = []
  let mark = markOf(path)
  let users = byName(readUsers(path))
  let lookedMs = nowMs()

  const take = (next: UsersByName): void => {
    const before = users
    const changed = changedNames(before, next)
    users = new Map(
      [...next].map(([name, user]) => [
        name,
        changed.has(name) ? user : (before.get(name) ?? user),
      ]),
    )
    if (changed.size > 0) for (const listener of listeners) listener(changed)
  }

  return {
    find: (name) => users.get(name),
    onChange(listener) {
      listeners.push(listener)
    },
    look() {
      if (Math.abs(nowMs() - lookedMs) < LOOK_AGAIN_MS) return
      lookedMs = nowMs()
      try {
        const current = markOf(path)
        if (current === mark) return
        mark = current
        if (current === GONE) throw new UsersFileError(`${path} is gone`)
        take(byName(readUsers(path)))
      } catch (error) {
        onError(error)
      }
    },
  }
}

function byName(users: readonly User[]): UsersByName {
  return new Map(users.map((user) => [user.name, user]))
}

function changedNames(before: UsersByName, after: UsersByName): ReadonlySet<string> {
  const names = new Set([...before.keys(), ...after.keys()])
  return new Set([...names].filter((name) => !isDeepStrictEqual(before.get(name), after.get(name))))
}

const GONE = ''

/** What differs once a file was changed or replaced. */
function markOf(path: string): string {
  const status = statSync(path, { throwIfNoEntry: false, bigint: true })
  if (status === undefined) return GONE
  return `${status.ino} ${status.size} ${status.mtimeNs} ${status.mode}`
}
