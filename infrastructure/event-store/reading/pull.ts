import { abortReason } from '../waiting.ts'

/** What is needed of a readable stream of objects. */
export interface ObjectStream<T> {
  read(): T | null
  on(event: 'readable' | 'end', listener: () => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
}

/**
 * Takes objects out of a stream one by one, when they are asked for and not before: what is not
 * asked for stays with the server. Items that arrived before an error come before it.
 */
export class Pull<T> {
  readonly #stream: ObjectStream<T>
  readonly #signal: AbortSignal
  #ended = false
  #failure: Error | undefined
  #wake: (() => void) | undefined
  #timer: NodeJS.Timeout | undefined
  #timedOut = false

  /** The signal ends the waiting with its reason. */
  constructor(stream: ObjectStream<T>, signal: AbortSignal) {
    this.#stream = stream
    this.#signal = signal
    stream.on('readable', this.#wakeUp)
    stream.on('end', () => {
      this.#ended = true
      this.#wakeUp()
    })
    // Stays on after the pulling ended: an error without a listener would end the process.
    stream.on('error', (error) => {
      this.#failure ??= error
      this.#wakeUp()
    })
    signal.addEventListener('abort', this.#wakeUp)
  }

  /** The next item, if it is here. Throws the signal's reason when that has aborted. */
  take(): T | undefined {
    if (this.#signal.aborted) throw abortReason(this.#signal)
    return this.#stream.read() ?? undefined
  }

  /**
   * Waits after `take` found nothing; false when nothing more will come. Throws what the stream
   * failed with, the signal's reason, or that it took longer than `timeoutMs` (Infinity for any time).
   */
  async more(timeoutMs: number): Promise<boolean> {
    if (this.#failure) throw this.#failure
    if (this.#ended) return false
    await this.#woken(timeoutMs)
    if (this.#timedOut) throw new Error(`no answer within ${timeoutMs} ms`)
    return true
  }

  /** Waits no more; the stream itself is left as it is. */
  release(): void {
    clearTimeout(this.#timer)
    this.#signal.removeEventListener('abort', this.#wakeUp)
  }

  #woken(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
      if (timeoutMs === Infinity) return
      this.#timer = setTimeout(() => {
        this.#timedOut = true
        this.#wakeUp()
      }, timeoutMs)
    })
  }

  readonly #wakeUp = (): void => {
    if (this.#wake === undefined) return
    clearTimeout(this.#timer)
    this.#wake()
    this.#wake = undefined
  }
}
