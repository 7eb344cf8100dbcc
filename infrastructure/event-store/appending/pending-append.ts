import type { AppendOutcome } from '../codec/append-outcome.ts'
import type { AppendTarget } from '../codec/append-options.ts'
import type { AppendResult } from '../port.ts'
import type { ProposedEvents } from '../proposed-events.ts'
import { abortReason } from '../waiting.ts'
import type { AppendAttempt } from './append-attempt.ts'
import type { Pass, Waiter } from './append-gate.ts'

/** Who sends appends, and decides what follows from an outcome. */
export interface AppendOwner {
  admitted(append: PendingAppend, pass: Pass): void
  attempted(append: PendingAppend, pass: Pass, outcome: AppendOutcome): void
}

/** An append whose caller waits for the outcome; it has one attempt at a time. */
export class PendingAppend implements Waiter, AppendAttempt {
  readonly target: AppendTarget
  readonly proposed: ProposedEvents
  readonly result: Promise<AppendResult>
  /** Attempts that told no outcome: any of them may have been stored. */
  failures = 0
  /** The caller has been told something, and waits no more. */
  isOver = false
  readonly #owner: AppendOwner
  #pass: Pass | undefined
  #resolve: ((result: AppendResult) => void) | undefined
  #reject: ((error: Error) => void) | undefined
  #stopListening: (() => void) | undefined

  constructor(owner: AppendOwner, target: AppendTarget, proposed: ProposedEvents) {
    this.#owner = owner
    this.target = target
    this.proposed = proposed
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  get bytes(): number {
    return this.proposed.bytes
  }

  admit(pass: Pass): void {
    this.#pass = pass
    this.#owner.admitted(this, pass)
  }

  settle(outcome: AppendOutcome): void {
    const pass = this.#pass
    if (pass === undefined) return
    this.#pass = undefined
    this.#owner.attempted(this, pass, outcome)
  }

  /** Calls back with the signal's reason when it aborts before the append is over. */
  listen(signal: AbortSignal, onAbort: (reason: Error) => void): void {
    const listener = (): void => {
      onAbort(abortReason(signal))
    }
    signal.addEventListener('abort', listener, { once: true })
    this.#stopListening = () => {
      signal.removeEventListener('abort', listener)
    }
  }

  resolve(result: AppendResult): void {
    this.#end()
    this.#resolve?.(result)
  }

  reject(error: Error): void {
    this.#end()
    this.#reject?.(error)
  }

  #end(): void {
    this.isOver = true
    this.#stopListening?.()
  }
}
