import { setMaxListeners } from 'node:events'

/** For how long something may go on. */
export interface Lifetime {
  readonly signal: AbortSignal
  readonly end: () => void
}

/** What is under way: each ends with its caller's signal, and all of them when the store closes. */
export class Lifetimes {
  readonly #underWay = new Set<AbortController>()
  #closed: Error | undefined

  begin(signal?: AbortSignal): Lifetime {
    const controller = new AbortController()
    const abort = (): void => {
      controller.abort(signal?.reason)
    }
    if (this.#closed) controller.abort(this.#closed)
    if (signal?.aborted) abort()
    // One signal may end any number of things; Node would warn of a leak.
    if (signal) setMaxListeners(0, signal)
    signal?.addEventListener('abort', abort, { once: true })
    this.#underWay.add(controller)
    return {
      signal: controller.signal,
      end: () => {
        signal?.removeEventListener('abort', abort)
        this.#underWay.delete(controller)
      },
    }
  }

  close(reason: Error): void {
    this.#closed = reason
    for (const controller of this.#underWay) controller.abort(reason)
  }
}
