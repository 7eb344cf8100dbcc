import type { ReadPage, ReadRequest } from './pages.ts'

interface Room {
  /** How many more messages may wait. */
  readonly room: number
  /** How many more of those that come live. */
  readonly liveRoom: number
}

/** A page of the store has no more. */
const BATCH_MAX = 256
const BATCH_DEFAULT = 20

/**
 * Where a group reads. It catches up in batches, each as soon as there is room for it, until nothing
 * is left; from then on it is live and reads on every append, until it has no room left for it.
 */
export class Cursor {
  readonly #batchSize: number
  #after: number
  #isLive = false
  #hasMore = true
  #hasEnded = false

  /** `roomMax`: the most messages that may ever wait; a batch that exceeds it would never be read. */
  constructor(after: number, batchSize: number, roomMax: number) {
    this.#after = after
    this.#batchSize = Math.min(batchSize || BATCH_DEFAULT, BATCH_MAX, roomMax)
  }

  get isLive(): boolean {
    return this.#isLive
  }

  /** Something was appended to what is read. */
  appended(): void {
    this.#hasMore = true
  }

  /** What is to be read, if there is room. It is to be answered by `took`. */
  next({ room, liveRoom }: Room): ReadRequest | undefined {
    if (!this.#hasMore || this.#hasEnded) return undefined
    const livePlaces = Math.min(room, liveRoom)
    if (livePlaces <= 0) this.#isLive = false
    if (!this.#isLive && room < this.#batchSize) return undefined
    this.#hasMore = false
    return {
      after: this.#after,
      limit: this.#isLive ? Math.min(this.#batchSize, livePlaces) : this.#batchSize,
      isLive: this.#isLive,
    }
  }

  took({ after, isLast, hasEnded }: ReadPage): void {
    this.#after = after
    this.#hasEnded = hasEnded
    if (isLast) this.#isLive = true
    else this.#hasMore = true
  }
}
