import { setTimeout as sleep } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import type { Schema } from './schema.ts'

/** The read models had not come so far in time. */
export class PositionNotReached extends Error {
  override readonly name = 'PositionNotReached'
}

/**
 * Resolves when each of the projectors has stored the rows of all events up to a position, so that
 * who knows the position of a write reads it. A position beyond all events is waited for as well.
 *
 * However many wait in a process, one query at a time looks after all of them.
 *
 * @throws PositionNotReached after `timeoutMs`, or at once when too many are waiting already
 */
export function waitForPosition(
  db: Kysely<Schema>,
  projectorNames: readonly string[],
  position: bigint,
  timeoutMs: number,
): Promise<void> {
  const known = lookouts.get(db)
  const lookout = known ?? new Lookout(db)
  if (known === undefined) lookouts.set(db, lookout)
  return lookout.wait(projectorNames, position, timeoutMs)
}

const POLL_MS = 10
/** While the database cannot be asked. */
const POLL_AFTER_ERROR_MS = 200
const WAITERS_MAX = 10_000

const lookouts = new WeakMap<Kysely<Schema>, Lookout>()

interface Waiter {
  readonly names: readonly string[]
  readonly position: bigint
  readonly reached: () => void
}

class Lookout {
  readonly #db: Kysely<Schema>
  readonly #waiters = new Set<Waiter>()
  #isLooking = false
  #lastError: unknown

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  wait(names: readonly string[], position: bigint, timeoutMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#waiters.size >= WAITERS_MAX) {
        reject(new PositionNotReached(`${WAITERS_MAX} others wait for the read models already`))
        return
      }
      const timeout = setTimeout(() => {
        this.#waiters.delete(waiter)
        const message = `the read models did not reach position ${position} in ${timeoutMs} ms`
        reject(new PositionNotReached(message, { cause: this.#lastError }))
      }, timeoutMs)
      const waiter: Waiter = {
        names,
        position,
        reached: () => {
          clearTimeout(timeout)
          this.#waiters.delete(waiter)
          resolve()
        },
      }
      this.#waiters.add(waiter)
      if (!this.#isLooking) void this.#look()
    })
  }

  async #look(): Promise<void> {
    this.#isLooking = true
    while (this.#waiters.size > 0) {
      try {
        this.#tellWaiters(await this.#positions())
        this.#lastError = undefined
      } catch (error) {
        this.#lastError = error
      }
      if (this.#waiters.size === 0) break
      await sleep(this.#lastError === undefined ? POLL_MS : POLL_AFTER_ERROR_MS)
    }
    this.#isLooking = false
  }

  async #positions(): Promise<ReadonlyMap<string, bigint | null>> {
    const rows = await this.#db
      .selectFrom('projection_checkpoints')
      .select(['name', 'position'])
      .execute()
    return new Map(rows.map(({ name, position }) => [name, position]))
  }

  #tellWaiters(positions: ReadonlyMap<string, bigint | null>): void {
    for (const waiter of this.#waiters) {
      const isReached = waiter.names.every(
        (name) => (positions.get(name) ?? -1n) >= waiter.position,
      )
      if (isReached) waiter.reached()
    }
  }
}
