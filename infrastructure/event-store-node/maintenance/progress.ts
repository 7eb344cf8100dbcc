/** How far a verification has come; `total` is about right for a folder that a node writes to. */
export interface Progress {
  readonly step: 'log' | 'index' | 'streams'
  readonly done: number
  readonly total: number
}

export type TellProgress = (progress: Progress) => void

const INTERVAL_MS = 500

/** Counts what is done of one step, and tells of it now and then. */
export class StepProgress {
  readonly #step: Progress['step']
  readonly #total: number
  readonly #tell: TellProgress
  #done = 0
  #toldAtMs = 0

  constructor(step: Progress['step'], total: number, tell: TellProgress) {
    this.#step = step
    this.#total = total
    this.#tell = tell
    this.#tellNow()
  }

  get done(): number {
    return this.#done
  }

  add(count: number): void {
    this.#done += count
    if (performance.now() - this.#toldAtMs >= INTERVAL_MS) this.#tellNow()
  }

  #tellNow(): void {
    this.#toldAtMs = performance.now()
    const total = Math.max(this.#total, this.#done)
    this.#tell({ step: this.#step, done: this.#done, total })
  }
}
