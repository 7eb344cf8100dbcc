const WINDOW = 1_000
const PERCENTILES = [90, 95, 99, 99.5, 99.9] as const

/** How long the latest messages were in flight, by the keys that a real server gives them. */
export class ResponseTimes {
  readonly #latestMs: number[] = []
  #next = 0

  add(durationMs: number): void {
    this.#latestMs[this.#next] = Math.max(0, Math.floor(durationMs))
    this.#next = (this.#next + 1) % WINDOW
  }

  /** Key and milliseconds; nothing as long as nothing was measured. */
  measurements(): [key: string, valueMs: number][] {
    const sorted = this.#latestMs.toSorted((a, b) => a - b)
    const count = sorted.length
    if (count === 0) return []
    const at = (fraction: number) => sorted[Math.min(count - 1, Math.floor(fraction * count))] ?? 0
    const sum = sorted.reduce((total, ms) => total + ms, 0)
    return [
      ['Mean', Math.floor(sum / count)],
      ['Median', at(0.5)],
      ['Fastest', at(0)],
      ...[0, 1, 2, 3, 4].map((i): [string, number] => [`Quintile ${i + 1}`, at(i / 5)]),
      ...PERCENTILES.map((percent): [string, number] => [`${percent}%`, at(percent / 100)]),
      ['Highest', at(1)],
    ]
  }
}
