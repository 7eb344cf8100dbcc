import { unavailable } from '../wire/rpc-error.ts'
import { isPassword, type PasswordHash } from './password-hash.ts'

/** Each takes 32 MiB and a thread of the pool that the store's commits use too. */
const UNDER_WAY_MAX = 2
const WAITING_MAX = 64
/** Who guesses keeps nobody else waiting for longer than a few checks take. */
const WAITING_PER_ADDRESS_MAX = 8

interface Waiting {
  readonly address: string
  readonly proceed: () => void
}

/** Checks passwords a few at a time, so that guessing neither stops the node nor fills its memory. */
export class PasswordChecks {
  readonly #waiting: Waiting[] = []
  #underWay = 0

  /**
   * Whether it is the password. Rejects with UNAVAILABLE when too many checks wait already, of all
   * callers or of this address.
   */
  async check(password: string, hash: PasswordHash, address: string): Promise<boolean> {
    if (this.#underWay >= UNDER_WAY_MAX) await this.#turn(address)
    else this.#underWay += 1
    try {
      return await isPassword(password, hash)
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#underWay -= 1
      else next.proceed()
    }
  }

  #turn(address: string): Promise<void> {
    const own = this.#waiting.filter((one) => one.address === address).length
    if (own >= WAITING_PER_ADDRESS_MAX || this.#waiting.length >= WAITING_MAX) {
      return Promise.reject(unavailable('Server Is Too Busy'))
    }
    return new Promise((proceed) => this.#waiting.push({ address, proceed }))
  }
}
