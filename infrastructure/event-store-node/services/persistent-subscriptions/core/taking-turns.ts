import type { Consumer } from './consumer.ts'

/**
 * A queue of consumers. Round robin: each message goes to the next one that is free. Dispatch to
 * single: all messages go to the same one as long as it is free.
 */
export class TakingTurns {
  readonly #isRoundRobin: boolean
  readonly #queue: Consumer[] = []

  constructor(isRoundRobin: boolean) {
    this.#isRoundRobin = isRoundRobin
  }

  joined(consumer: Consumer): void {
    this.#queue.push(consumer)
  }

  left(consumer: Consumer): void {
    const index = this.#queue.indexOf(consumer)
    if (index >= 0) this.#queue.splice(index, 1)
  }

  choose(): Consumer | undefined {
    const index = this.#queue.findIndex(({ isFree }) => isFree)
    const consumer = this.#queue[index]
    if (consumer === undefined) return undefined
    const passed = this.#queue.splice(0, this.#isRoundRobin ? index + 1 : index)
    this.#queue.push(...passed)
    return consumer
  }

  released(): void {
    // Who had a message before plays no part.
  }
}
