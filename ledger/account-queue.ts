import type { Order } from './decide-group.ts'
import { type Outcome, TryAgain } from './outcome.ts'

/** Commands that wait or are under way, over all accounts: also those whose callers have left. */
export interface Load {
  count: number
}

/** A command that waits for its outcome; only its first settlement counts. */
export interface Waiting extends Order {
  /** Says whether the command is still wanted; if so, its outcome is unknown from here on. */
  begin(): boolean
  succeed(outcome: Outcome): void
  fail(error: Error): void
}

/** The commands that wait for one account, in the order they came. */
export class AccountQueue {
  /** Whether somebody is at work on the queue. */
  isDraining = false
  readonly #load: Load
  #waiting: Waiting[] = []
  #taken = 0

  constructor(load: Load) {
    this.#load = load
  }

  /** Commands that wait, and those being decided. */
  get length(): number {
    return this.#waiting.length + this.#taken
  }

  /**
   * Puts a command at the end. Past the time a command that was not begun is dropped; one that was
   * goes on without its caller, who cannot know its outcome yet.
   * @throws TryAgain when the time is over
   */
  wait(order: Order, timeoutMs: number): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      let state: 'waiting' | 'begun' | 'dropped' = 'waiting'
      const timer = setTimeout(() => {
        this.#remove(waiting)
        reject(new TryAgain(state === 'begun' ? 'OUTCOME_UNKNOWN' : 'BUSY', 1_000))
        if (state === 'waiting') state = 'dropped'
      }, timeoutMs)
      const waiting: Waiting = {
        ...order,
        begin() {
          if (state === 'waiting') state = 'begun'
          return state === 'begun'
        },
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
      this.#load.count += 1
    })
  }

  /** Takes the first commands, to decide them together. */
  take(countMax: number): Waiting[] {
    const taken = this.#waiting.splice(0, countMax)
    this.#taken = taken.length
    return taken
  }

  /** Ends the work on what was taken: puts those that were not decided back at the front. */
  finish(undecided: readonly Waiting[]): void {
    this.#waiting.unshift(...undecided)
    this.#load.count -= this.#taken - undecided.length
    this.#taken = 0
  }

  #remove(waiting: Waiting): void {
    const index = this.#waiting.indexOf(waiting)
    if (index < 0) return
    this.#waiting.splice(index, 1)
    this.#load.count -= 1
  }
}
