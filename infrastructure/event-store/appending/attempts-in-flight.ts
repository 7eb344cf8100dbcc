import type { AppendAttempt } from './append-attempt.ts'

export interface Sent {
  readonly attempt: AppendAttempt
  readonly atMs: number
}

/**
 * The attempts that wait for an answer, by their correlation ids. All have the same time for it, so
 * the one sent first is overdue first, and one timer looks after all of them.
 */
export class AttemptsInFlight {
  readonly #timeoutMs: number
  readonly #onOverdue: (overdue: Sent) => void
  /** In the order of sending. */
  readonly #sent = new Map<string, Sent>()
  #timer: NodeJS.Timeout | undefined

  /** `onOverdue` is told of an attempt that has been taken out for having no answer in time. */
  constructor(timeoutMs: number, onOverdue: (overdue: Sent) => void) {
    this.#timeoutMs = timeoutMs
    this.#onOverdue = onOverdue
  }

  get count(): number {
    return this.#sent.size
  }

  add(correlationId: string, attempt: AppendAttempt): void {
    this.#sent.set(correlationId, { attempt, atMs: performance.now() })
    this.#timer ??= this.#sweepIn(this.#timeoutMs)
  }

  /** Takes out the attempt that was answered; undefined when it is not, or no longer, known. */
  take(correlationId: string): Sent | undefined {
    const sent = this.#sent.get(correlationId)
    if (sent !== undefined) this.#sent.delete(correlationId)
    return sent
  }

  takeAll(): AppendAttempt[] {
    const attempts = Array.from(this.#sent.values(), ({ attempt }) => attempt)
    this.#sent.clear()
    clearTimeout(this.#timer)
    this.#timer = undefined
    return attempts
  }

  #sweepIn(delayMs: number): NodeJS.Timeout {
    return setTimeout(() => {
      this.#timer = undefined
      this.#sweep()
    }, delayMs)
  }

  /** The timer is set first: whoever is told of an overdue attempt may add the next one at once. */
  #sweep(): void {
    const overdue: Sent[] = []
    const nowMs = performance.now()
    for (const [correlationId, sent] of this.#sent) {
      const leftMs = sent.atMs + this.#timeoutMs - nowMs
      if (leftMs > 0) {
        this.#timer = this.#sweepIn(leftMs)
        break
      }
      this.#sent.delete(correlationId)
      overdue.push(sent)
    }
    for (const sent of overdue) this.#onOverdue(sent)
  }
}
