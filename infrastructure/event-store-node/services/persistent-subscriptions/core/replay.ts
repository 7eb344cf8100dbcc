/** Which parked messages are to be read next. */
export interface ReplayRequest {
  readonly from: number
  readonly limit: number
}

/**
 * Giving parked messages to the consumers again. What was read counts as parked no longer; but the
 * stream of parked messages is truncated only up to what is finished, so that a crash loses none.
 */
export class Replay {
  /** Revisions of the messages read and not finished. */
  readonly #unfinished = new Set<number>()
  #next = 0
  #stopAt = 0
  #truncatedBefore = 0

  /** True while there are parked messages left to read. */
  get isReading(): boolean {
    return this.#next < this.#stopAt
  }

  /** Parked messages before this revision are replayed, or were. */
  get replayedBefore(): number {
    return this.#next
  }

  /** Replays what is parked, from `first` to before `end`. Does nothing while it is at it. */
  begin(first: number, end: number): void {
    if (this.isReading) return
    this.#next = Math.max(this.#next, first)
    this.#stopAt = end
  }

  request(limit: number): ReplayRequest | undefined {
    if (!this.isReading || limit <= 0) return undefined
    return { from: this.#next, limit: Math.min(limit, this.#stopAt - this.#next) }
  }

  /** Counts in messages that were read, up to before `next`. */
  took(revisions: Iterable<number>, next: number): void {
    for (const revision of revisions) this.#unfinished.add(revision)
    this.#next = next
  }

  finished(revision: number): void {
    this.#unfinished.delete(revision)
  }

  /** Before which revision all is finished, when that has changed. */
  truncation(): number | undefined {
    const before = this.#firstUnfinished()
    if (before <= this.#truncatedBefore) return undefined
    this.#truncatedBefore = before
    return before
  }

  #firstUnfinished(): number {
    for (const revision of this.#unfinished) return revision
    return this.#next
  }
}
