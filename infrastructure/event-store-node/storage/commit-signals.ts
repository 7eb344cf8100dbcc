type Listener = () => void

/** Tells waiting subscriptions that something was committed: to anything, or to one stream. */
export class CommitSignals {
  readonly #all = new Set<Listener>()
  readonly #streams = new Map<string, Set<Listener>>()

  /** Calls back after every commit, until the returned function is called. */
  onAny(listener: Listener): () => void {
    this.#all.add(listener)
    return () => this.#all.delete(listener)
  }

  /** Calls back after every commit that appended to the stream. */
  onStream(streamName: string, listener: Listener): () => void {
    const listeners = this.#streams.get(streamName) ?? new Set<Listener>()
    this.#streams.set(streamName, listeners.add(listener))
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0 && this.#streams.get(streamName) === listeners) {
        this.#streams.delete(streamName)
      }
    }
  }

  committed(streamNames: Iterable<string>): void {
    for (const listener of this.#all) listener()
    if (this.#streams.size === 0) return
    for (const streamName of streamNames) {
      for (const listener of this.#streams.get(streamName) ?? []) listener()
    }
  }
}
