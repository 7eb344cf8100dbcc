import { createHistogram } from 'node:perf_hooks'

const HIGHEST_US = 600_000_000

/** Latencies in milliseconds. */
export interface LatencyFigures {
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

/** Records latencies in a histogram of three digits: as small after a billion as after one. */
export class Latencies {
  readonly #histogram = createHistogram({ lowest: 1, highest: HIGHEST_US, figures: 3 })

  get count(): number {
    return this.#histogram.count
  }

  record(durationMs: number): void {
    const us = Math.round(durationMs * 1_000)
    this.#histogram.record(Math.min(Math.max(us, 1), HIGHEST_US))
  }

  /** @throws RangeError when nothing was recorded */
  figures(): LatencyFigures {
    if (this.count === 0) throw new RangeError('no latency was recorded')
    return {
      p50Ms: this.#histogram.percentile(50) / 1_000,
      p99Ms: this.#histogram.percentile(99) / 1_000,
      maxMs: this.#histogram.max / 1_000,
    }
  }
}
