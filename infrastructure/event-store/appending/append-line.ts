import { batchAppendFailure, classicAppendFailure, leaderOf, reasonOf } from '../call-failure.ts'
import type { AppendOutcome } from '../codec/append-outcome.ts'
import type { AppendDeadline } from '../codec/batch-append-request.ts'
import type { EventStoreLog } from '../log.ts'
import type { Endpoint, StreamsClient } from '../streams-client.ts'
import type { AppendAttempt } from './append-attempt.ts'
import type { AppendTransport } from './append-transport.ts'
import { AttemptsInFlight, type Sent } from './attempts-in-flight.ts'
import { BatchAppendStream } from './batch-append-stream.ts'
import { ClassicAppends } from './classic-appends.ts'
import { correlationIds } from './correlation-ids.ts'

export interface LineFailure {
  /** Whom a node named that was not the leader. */
  readonly leader: Endpoint | undefined
  /** Attempts that are under way may still be answered. */
  readonly carriesOn: boolean
}

export interface AppendLineOptions {
  readonly client: StreamsClient
  /** How long an attempt may take, the time to connect included. */
  readonly timeoutMs: number
  readonly log: EventStoreLog
  /** No more attempts should be sent this way. */
  readonly onFailed: (failure: LineFailure) => void
  /** The server answered something that nobody waits for. */
  readonly onUnknownReply: () => void
}

/**
 * Brings attempts to the server over one client, in the way the server has, and tells each what
 * became of it. When it fails, so do its own attempts and no others.
 */
export class AppendLine {
  readonly #options: AppendLineOptions
  readonly #nextId = correlationIds()
  readonly #inFlight: AttemptsInFlight
  readonly #beforeOpen: [correlationId: string, attempt: AppendAttempt][] = []
  #transport: AppendTransport | undefined
  /** When the youngest attempt that was answered had been sent. */
  #answeredSentAtMs = 0
  #ended = false

  constructor(options: AppendLineOptions) {
    this.#options = options
    this.#inFlight = new AttemptsInFlight(options.timeoutMs, (overdue) => {
      this.#giveUp(overdue)
    })
    this.#open().catch((error: unknown) => {
      this.#fail(error)
    })
  }

  get inFlight(): number {
    return this.#inFlight.count
  }

  send(attempt: AppendAttempt): void {
    const correlationId = this.#nextId()
    this.#inFlight.add(correlationId, attempt)
    if (this.#transport) this.#transport.send(correlationId, attempt)
    else this.#beforeOpen.push([correlationId, attempt])
  }

  /** Lets go of its calls and timer; what is in flight counts as lost. */
  close(): void {
    this.#end(new Error('the event store was closed'))
  }

  async #open(): Promise<void> {
    const { client, timeoutMs } = this.#options
    const events = {
      answered: (correlationId: string, outcome: AppendOutcome) => {
        this.#answered(correlationId, outcome)
      },
      callFailed: (correlationId: string, error: unknown) => {
        this.#callFailed(correlationId, error)
      },
      failed: (error: unknown) => {
        this.#fail(error)
      },
    }
    const { batchAppend, deadlineAsDuration } = await client.appendSupport()
    const transport = batchAppend
      ? new BatchAppendStream(
          await client.batchAppend(),
          deadlineAsDuration ? durationOf(timeoutMs) : timeIn(timeoutMs),
          events,
        )
      : new ClassicAppends(client, timeoutMs, events)
    if (this.#ended) {
      transport.cancel()
      return
    }
    this.#transport = transport
    for (const [correlationId, attempt] of this.#beforeOpen.splice(0))
      transport.send(correlationId, attempt)
  }

  #answered(correlationId: string, outcome: AppendOutcome): void {
    const sent = this.#inFlight.take(correlationId)
    if (sent === undefined) {
      this.#options.onUnknownReply()
      return
    }
    this.#answeredSentAtMs = Math.max(this.#answeredSentAtMs, sent.atMs)
    sent.attempt.settle(outcome)
  }

  #callFailed(correlationId: string, error: unknown): void {
    const sent = this.#inFlight.take(correlationId)
    if (sent === undefined) return // it was overdue, or the line was closed
    const outcome = classicAppendFailure(error)
    if (outcome.kind === 'lost')
      this.#options.onFailed({ leader: leaderOf(error), carriesOn: true })
    sent.attempt.settle(outcome)
  }

  /**
   * An attempt without answer: has the server forgotten it alone, or does the line hang? Only an
   * answer to one that was sent later tells; others may have been on their way before it hung.
   */
  #giveUp({ attempt, atMs }: Sent): void {
    const reason = `no answer within ${this.#options.timeoutMs} ms`
    const isForgotten = this.#answeredSentAtMs > atMs && this.#transport?.isBlocked === false
    if (!isForgotten) this.#fail(new Error(reason))
    attempt.settle({ kind: isForgotten ? 'undecided' : 'lost', reason })
  }

  #fail(error: unknown): void {
    if (this.#ended) return
    const details = { reason: reasonOf(error), appendsInFlight: this.#inFlight.count }
    this.#options.log.warn(details, 'the connection for appends failed')
    // First, so that whatever is sent again goes another way.
    this.#options.onFailed({ leader: leaderOf(error), carriesOn: false })
    this.#end(error)
  }

  #end(error: unknown): void {
    this.#ended = true
    this.#transport?.cancel()
    const outcome = batchAppendFailure(error)
    for (const attempt of this.#inFlight.takeAll()) attempt.settle(outcome)
  }
}

function durationOf(ms: number): () => AppendDeadline {
  const deadline = { kind: 'duration', ms } as const
  return () => deadline
}

function timeIn(ms: number): () => AppendDeadline {
  return () => ({ kind: 'time', ms: Date.now() + ms })
}
