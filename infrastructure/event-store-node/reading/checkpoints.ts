/**
 * When a filtered subscription owes its client a checkpoint: after every `interval` events looked
 * at, wanted or not. A checkpoint is always the position of an event that was really looked at.
 */
export class Checkpoints {
  readonly #interval: number
  #sinceLast = 0
  #lookedAt: number | undefined
  #sent: number | undefined

  constructor(interval: number) {
    this.#interval = interval
  }

  /** Counts an event; gives its position when a checkpoint is due there. */
  lookedAt(position: number): number | undefined {
    this.#lookedAt = position
    this.#sinceLast += 1
    return this.#sinceLast >= this.#interval ? this.due() : undefined
  }

  /** The last position looked at, unless it was given as a checkpoint before. */
  due(): number | undefined {
    if (this.#lookedAt === this.#sent) return undefined
    this.#sent = this.#lookedAt
    this.#sinceLast = 0
    return this.#sent
  }
}
