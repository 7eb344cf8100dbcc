import { setMaxListeners } from 'node:events'
import { backoffMs } from '../backoff.ts'
import { reasonOf } from '../call-failure.ts'
import type { AppendOutcome } from '../codec/append-outcome.ts'
import type { AppendTarget } from '../codec/append-options.ts'
import type { EventStoreLog } from '../log.ts'
import {
  AppendAbandoned,
  AppendRefused,
  EventStoreUnavailable,
  type AppendResult,
} from '../port.ts'
import type { ProposedEvents } from '../proposed-events.ts'
import { abortReason } from '../waiting.ts'
import type { AppendGate, Pass } from './append-gate.ts'
import type { AppendLines } from './append-lines.ts'
import { PendingAppend, type AppendOwner } from './pending-append.ts'

export interface AppenderLimits {
  /** Appends whose callers wait for the outcome, however far they have come. */
  readonly maxPending: number
  /** Bytes of events of all of them; one append may always wait. */
  readonly maxPendingBytes: number
}

export interface AppenderOptions {
  readonly lines: AppendLines
  readonly gate: AppendGate
  readonly limits: AppenderLimits
  readonly log: EventStoreLog
  /** The position of a stored event, for a server that leaves it out of its answer. */
  readonly positionOf: (stream: string, revision: bigint) => Promise<bigint>
}

/**
 * Sends appends until their outcomes are known. Event ids and expected revision stay the same, so
 * that the server recognises an attempt whose predecessor it has already stored.
 */
export class Appender implements AppendOwner {
  readonly #options: AppenderOptions
  readonly #pending = new Set<PendingAppend>()
  readonly #backoffs = new Set<NodeJS.Timeout>()
  #pendingBytes = 0
  #repeatedAttempts = 0

  constructor(options: AppenderOptions) {
    this.#options = options
  }

  /** Attempts that were sent again because the outcome of the one before was unknown. */
  get repeatedAttempts(): number {
    return this.#repeatedAttempts
  }

  /** @throws AppendRefused, AppendAbandoned, EventStoreUnavailable as the port says */
  append(
    target: AppendTarget,
    proposed: ProposedEvents,
    signal: AbortSignal | undefined,
  ): Promise<AppendResult> {
    this.#checkRoomFor(proposed)
    const append = new PendingAppend(this, target, proposed)
    this.#pending.add(append)
    this.#pendingBytes += append.bytes
    if (signal) this.#letGoOnAbort(append, signal)
    if (!append.isOver) this.#options.gate.enter(append)
    return append.result
  }

  /** Abandons what is pending; nothing more may be appended. */
  close(reason: string): void {
    for (const append of this.#pending) this.#abandon(append, reason)
    this.#options.gate.close()
    this.#options.lines.close()
    for (const timer of this.#backoffs) clearTimeout(timer)
  }

  admitted(append: PendingAppend): void {
    this.#options.lines.send(append)
  }

  attempted(append: PendingAppend, pass: Pass, outcome: AppendOutcome): void {
    // A hopeless failure took the connection with it; the next one must not follow at once.
    const isLost = outcome.kind === 'lost' || outcome.kind === 'hopeless'
    if (isLost) this.#options.gate.lost(pass)
    else this.#options.gate.leave(pass)
    if (!append.isOver) this.#react(append, outcome)
  }

  /** Only new appends are turned away, since nothing of them can be stored yet. */
  #checkRoomFor({ bytes }: ProposedEvents): void {
    const { maxPending, maxPendingBytes } = this.#options.limits
    const { size } = this.#pending
    if (size === 0) return
    if (size < maxPending && this.#pendingBytes + bytes <= maxPendingBytes) return
    throw new EventStoreUnavailable(
      `${size} appends of ${this.#pendingBytes} bytes wait for the event store, this one was not sent`,
    )
  }

  #forget(append: PendingAppend): void {
    if (this.#pending.delete(append)) this.#pendingBytes -= append.bytes
  }

  #react(append: PendingAppend, outcome: AppendOutcome): void {
    switch (outcome.kind) {
      case 'stored':
        this.#stored(append, outcome.revision, outcome.position)
        return
      case 'wrong-expected-revision':
        this.#forget(append)
        append.resolve({
          status: 'wrong-expected-revision',
          ...(outcome.actual !== undefined && { actual: outcome.actual }),
        })
        return
      case 'refused':
        if (append.failures > 0) this.#abandon(append, outcome.reason)
        else this.#reject(append, new AppendRefused(`the event store refused: ${outcome.reason}`))
        return
      case 'hopeless':
        this.#abandon(append, outcome.reason)
        return
      case 'undecided':
      case 'lost':
        this.#repeat(append, outcome)
    }
  }

  #stored(append: PendingAppend, revision: bigint, position: bigint | undefined): void {
    if (position === undefined) {
      this.#lookUpPosition(append, revision)
      return
    }
    this.#forget(append)
    append.resolve({ status: 'appended', revision, position })
  }

  #lookUpPosition(append: PendingAppend, revision: bigint): void {
    this.#options.positionOf(append.target.stream, revision).then(
      (position) => {
        if (!append.isOver) this.#stored(append, revision, position)
      },
      (error: unknown) => {
        if (!append.isOver) this.#repeat(append, { kind: 'undecided', reason: reasonOf(error) })
      },
    )
  }

  /** After a loss it is the gate that makes everybody wait, else the append waits by itself. */
  #repeat(append: PendingAppend, { kind, reason }: { kind: string; reason: string }): void {
    append.failures += 1
    this.#repeatedAttempts += 1
    this.#options.log.warn(
      { stream: append.target.stream, failures: append.failures, reason },
      'the outcome of an append is unknown, it is sent again',
    )
    if (kind === 'lost') this.#options.gate.enter(append)
    else this.#enterLater(append)
  }

  #enterLater(append: PendingAppend): void {
    const timer = setTimeout(() => {
      this.#backoffs.delete(timer)
      if (!append.isOver) this.#options.gate.enter(append)
    }, backoffMs(append.failures))
    this.#backoffs.add(timer)
  }

  /** Only the waiting ends with the signal, not an attempt that is under way. */
  #letGoOnAbort(append: PendingAppend, signal: AbortSignal): void {
    const letGo = (reason: Error): void => {
      this.#options.gate.leaveQueue(append)
      this.#abandon(append, reason.message)
    }
    if (signal.aborted) {
      letGo(abortReason(signal))
      return
    }
    // One signal may end any number of appends; Node would warn of a leak.
    setMaxListeners(0, signal)
    append.listen(signal, letGo)
  }

  #abandon(append: PendingAppend, reason: string): void {
    const { stream } = append.target
    this.#reject(
      append,
      new AppendAbandoned(`append to ${stream} given up, it may be stored: ${reason}`),
    )
  }

  #reject(append: PendingAppend, error: Error): void {
    this.#forget(append)
    append.reject(error)
  }
}
