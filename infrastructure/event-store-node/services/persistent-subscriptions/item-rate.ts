const MS_PER_SECOND = 1_000

/** How many items there were since somebody looked last. */
export class ItemRate {
  #seen = 0
  #lookedMs: number

  constructor(nowMs: number) {
    this.#lookedMs = nowMs
  }

  /** Time since the last look, which ends with it. */
  elapsedMs(nowMs: number): number {
    const elapsedMs = nowMs - this.#lookedMs
    this.#lookedMs = nowMs
    return elapsedMs
  }

  /** Items since the last look, of so many in all. */
  take(total: number): number {
    const count = total - this.#seen
    this.#seen = total
    return count
  }
}

/** A whole number of items a second. */
export function perSecond(count: number, elapsedMs: number): number {
  return elapsedMs > 0 ? Math.floor((count * MS_PER_SECOND) / elapsedMs) : 0
}
