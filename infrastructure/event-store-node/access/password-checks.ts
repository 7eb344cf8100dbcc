import { unavailable } from '../wire/rpc-error.ts'
import { isPassword, type PasswordHash } from './password-hash.ts'

/** Each takes 32 MiB and a thread of the pool that the store's commits use too. */
const UNDER_WAY_MAX = 2
const WAITING_MAX = 64

/** Checks passwords a few at a time, so that guessing neither stops the node nor fills its memory. */
export class PasswordChecks {
  readonly #waiting: (() => void)[] = []
  #underWay = 0

  /** Whether it is the password. Rejects with UNAVAILABLE when too many checks wait already. */
  async check(password: string, hash: PasswordHash): Promise<boolean> {
    if (this.#underWay >= UNDER_WAY_MAX) await this.#turn()
    else this.#underWay += 1
    try {
      return await isPassword(password, hash)
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#underWay -= 1
      else next()
    }
  }

  #turn(): Promise<void> {
    if (this.#waiting.length >= WAITING_MAX)
      return Promise.reject(unavailable('Server Is Too Busy'))
    return new Promise((resolve) => this.#waiting.push(resolve))
  }
}
