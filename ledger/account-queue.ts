import type { Order } from './decide-group.ts'
import { type Outcome, TryAgain } from './outcome.ts'

/** A command that waits for its outcome; only its first settlement counts. */
export interface Waiting extends Order {
  succeed(outcome: Outcome): void
  fail(error: Error): void
}

/** The commands that wait for one account, in the order they came. */
export class AccountQueue {
  /** Whether somebody is at work on the queue. */
  isDraining = false
  #waiting: Waiting[] = []
  #taken = 0

  /** Commands that wait, and those being decided. */
  get length(): number {
    return this.#waiting.length + this.#taken
  }

  /**
   * Puts a command at the end. Past the time a waiting command is taken off again; one that is being
   * decided goes on without its caller, who cannot know its outcome yet.
   * @throws TryAgain when the time is over
   */
  wait(order: Order, timeoutMs: number): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const index = this.#waiting.indexOf(waiting)
        if (index >= 0) this.#waiting.splice(index, 1)
        reject(new TryAgain(index >= 0 ? 'BUSY' : 'OUTCOME_UNKNOWN', 1_000))
      }, timeoutMs)
      const waiting: Waiting = {
        ...order,
        succeed(outcome) {
          clearTimeout(timer)
          resolve(outcome)
        },
        fail(error) {
          clearTimeout(timer)
          reject(error)
        },
      }
      this.#waiting.push(waiting)
    })
  }

  /** Takes the first commands, to decide them together. */
  take(countMax: number): Waiting[] {
    const taken = this.#waiting.splice(0, countMax)
    this.#taken = taken.length
    return taken
  }

  /** Puts commands that were taken but not decided back at the front. */
  putBack(waiting: readonly Waiting[]): void {
    this.#waiting.unshift(...waiting)
    this.#taken = 0
  }
}
