/** A stream and the number of its last event, -1 before the first. */
export interface Stream {
  readonly name: string
  revision: bigint
}

/** Streams of which each has one writer at most at any time. */
export class Streams {
  readonly #free: Stream[]

  constructor(count: number) {
    this.#free = Array.from({ length: count }, (_, index) => ({
      name: `plain-${index}`,
      revision: -1n,
    }))
  }

  /** A stream by chance. @throws Error when all are taken */
  take(): Stream {
    const index = Math.floor(Math.random() * this.#free.length)
    const last = this.#free.pop()
    if (last === undefined) throw new Error('all streams are taken')
    const taken = this.#free[index] ?? last
    if (taken !== last) this.#free[index] = last
    return taken
  }

  giveBack(stream: Stream, revision: bigint): void {
    stream.revision = revision
    this.#free.push(stream)
  }
}
