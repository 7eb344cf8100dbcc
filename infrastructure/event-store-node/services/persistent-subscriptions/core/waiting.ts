import type { Message } from './message.ts'

/**
 * The messages that wait for a consumer, in the order in which they are offered: first those that
 * are retried, the oldest before the others, then the replayed ones, then those not yet sent.
 */
export class Waiting {
  #retried = new Set<Message>()
  readonly #replayed = new Set<Message>()
  readonly #fresh = new Set<Message>()
  #liveCount = 0
  #isSorted = true

  get count(): number {
    return this.retryCount + this.#fresh.size
  }

  /** Those retried or replayed. */
  get retryCount(): number {
    return this.#retried.size + this.#replayed.size
  }

  /** Those never sent before. */
  get freshCount(): number {
    return this.#fresh.size
  }

  /** Those never sent before that came right when they were appended. */
  get liveCount(): number {
    return this.#liveCount
  }

  addFresh(message: Message): void {
    this.#fresh.add(message)
    if (message.isLive) this.#liveCount += 1
  }

  addRetry(message: Message): void {
    if (message.isReplayed) {
      this.#replayed.add(message)
      return
    }
    this.#retried.add(message)
    this.#isSorted = this.#retried.size === 1
  }

  delete(message: Message): void {
    this.#retried.delete(message)
    this.#replayed.delete(message)
    if (this.#fresh.delete(message) && message.isLive) this.#liveCount -= 1
  }

  /** Messages may be deleted while they are gone through. */
  *[Symbol.iterator](): Iterator<Message> {
    if (!this.#isSorted) this.#sort()
    yield* this.#retried
    yield* this.#replayed
    yield* this.#fresh
  }

  #sort(): void {
    this.#retried = new Set([...this.#retried].sort((a, b) => a.sequence - b.sequence))
    this.#isSorted = true
  }
}
