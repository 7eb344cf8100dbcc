import { setImmediate } from 'node:timers/promises'

const TURN_MS = 10

/** How long some work has held the event loop, so that it lets others run in between. */
export class Turn {
  #sinceMs = performance.now()

  get isOver(): boolean {
    return performance.now() - this.#sinceMs >= TURN_MS
  }

  /** Lets others run; a new turn begins after that. */
  async next(): Promise<void> {
    await setImmediate()
    this.#sinceMs = performance.now()
  }
}
