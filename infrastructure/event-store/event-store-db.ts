import { AppendGate } from './appending/append-gate.ts'
import { AppendLines } from './appending/append-lines.ts'
import { Appender } from './appending/appender.ts'
import { backoffMs, pause } from './backoff.ts'
import { reasonOf } from './call-failure.ts'
import { Connection } from './connection.ts'
import { Lifetimes } from './lifetimes.ts'
import { noLog, type EventStoreLog } from './log.ts'
import {
  AppendAbandoned,
  EventStoreUnavailable,
  type AppendResult,
  type EventStore,
  type ExpectedRevision,
  type NewEvent,
  type ReadAllOptions,
  type ReadStreamOptions,
  type RecordedEvent,
  type SubscribeToAllOptions,
  type SubscriptionItem,
} from './port.ts'
import { proposeEvents, type ProposalLimits } from './proposed-events.ts'
import type { Reading } from './reading/event-iterator.ts'
import { readAllStreams, readOneStream } from './reading/reading.ts'
import { subscribeWithResume } from './reading/subscription.ts'
import { isAborted } from './waiting.ts'

export interface EventStoreSettings {
  readonly connectionString: string
  /** How long one attempt to append may take before it is sent again; 5 s when not given. */
  readonly appendTimeoutMs?: number
  /** How long the server may be silent while a read waits for it; 10 s when not given. */
  readonly readTimeoutMs?: number
  /** Appends on their way to the server at the same time, others wait; 512 when not given. */
  readonly maxAppendsInFlight?: number
  /** Appends that wait for their outcome at the same time, more are turned away; 65,536 when not given. */
  readonly maxPendingAppends?: number
  /** Bytes of events in them; 256 MiB when not given. */
  readonly maxPendingBytes?: number
  /** The most bytes of event data in one append; 1 MiB, the server's own limit, when not given. */
  readonly maxAppendBytes?: number
  /** An append whose events take more goes in several requests; 1 MiB when not given. */
  readonly maxRequestBytes?: number
  readonly log?: EventStoreLog
}

const MEBIBYTE = 1024 * 1024
/** A timer that is set for longer goes off at once. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1
const MAX_BYTES_IN_FLIGHT = 32 * MEBIBYTE
/** A stream that nobody writes; any answer to reading it shows that the server is there. */
const READINESS_STREAM = 'event-store-readiness-probe'

/** What is worth knowing about the talk with the server, since the beginning. */
export interface EventStoreStatistics {
  /** Replies to appends that were not, or no longer, waited for; they were dropped. */
  readonly unknownReplies: number
  /** Attempts that were sent again because the outcome of the one before was unknown. */
  readonly repeatedAttempts: number
}

/** The event store over an EventStoreDB server. */
export class EventStoreDb implements EventStore {
  readonly #appendConnection: Connection
  readonly #readConnection: Connection
  readonly #lines: AppendLines
  readonly #appender: Appender
  readonly #log: EventStoreLog
  readonly #readTimeoutMs: number
  readonly #limits: ProposalLimits
  readonly #lifetimes = new Lifetimes()
  #closed: EventStoreUnavailable | undefined

  /** @throws TypeError when the connection string or a limit is malformed */
  constructor(settings: EventStoreSettings) {
    const { connectionString } = settings
    this.#log = settings.log ?? noLog
    this.#readTimeoutMs = timeout('readTimeoutMs', settings.readTimeoutMs ?? 10_000)
    this.#limits = {
      maxAppendBytes: atLeastOne('maxAppendBytes', settings.maxAppendBytes ?? MEBIBYTE),
      maxRequestBytes: atLeastOne('maxRequestBytes', settings.maxRequestBytes ?? MEBIBYTE),
    }
    const timeoutMs = timeout('appendTimeoutMs', settings.appendTimeoutMs ?? 5_000)
    const maxInFlight = atLeastOne('maxAppendsInFlight', settings.maxAppendsInFlight ?? 512)
    const limits = {
      maxPending: atLeastOne('maxPendingAppends', settings.maxPendingAppends ?? 65_536),
      maxPendingBytes: atLeastOne('maxPendingBytes', settings.maxPendingBytes ?? 256 * MEBIBYTE),
    }
    this.#appendConnection = new Connection(connectionString)
    this.#readConnection = new Connection(connectionString)
    this.#lines = new AppendLines(this.#appendConnection, timeoutMs, this.#log)
    this.#appender = new Appender({
      lines: this.#lines,
      gate: new AppendGate({ maxInFlight, maxBytesInFlight: MAX_BYTES_IN_FLIGHT }),
      limits,
      log: this.#log,
      positionOf: (...at) => this.#positionOf(...at),
    })
  }

  get statistics(): EventStoreStatistics {
    return {
      unknownReplies: this.#lines.unknownReplies,
      repeatedAttempts: this.#appender.repeatedAttempts,
    }
  }

  async append(
    stream: string,
    events: readonly NewEvent[],
    expectedRevision: ExpectedRevision,
    signal?: AbortSignal,
  ): Promise<AppendResult> {
    const proposed = proposeEvents(stream, events, expectedRevision, this.#limits)
    if (this.#closed) throw new AppendAbandoned(this.#closed.message)
    return this.#appender.append({ stream, expectedRevision }, proposed, signal)
  }

  readStream(stream: string, options: ReadStreamOptions = {}): AsyncIterable<RecordedEvent> {
    return readOneStream(this.#reading(), stream, options)
  }

  readAll(options: ReadAllOptions = {}): AsyncIterable<RecordedEvent> {
    return readAllStreams(this.#reading(options.signal), options)
  }

  subscribeToAll(options: SubscribeToAllOptions): AsyncGenerator<SubscriptionItem> {
    const { after, streamPrefixes, signal } = options
    return subscribeWithResume(
      {
        connection: this.#readConnection,
        log: this.#log,
        confirmTimeoutMs: this.#readTimeoutMs,
        begin: () => this.#lifetimes.begin(signal),
      },
      { after, streamPrefixes },
    )
  }

  async ready(timeoutMs: number): Promise<void> {
    const { signal, end } = this.#lifetimes.begin(AbortSignal.timeout(timeoutMs))
    try {
      for (let failures = 1; ; failures += 1) {
        try {
          await drain(readOneStream(this.#reading(signal), READINESS_STREAM, {}))
          return
        } catch (error) {
          if (!isAborted(signal)) await pause(backoffMs(failures), signal)
          if (isAborted(signal)) throw notReady(timeoutMs, error)
        }
      }
    } finally {
      end()
    }
  }

  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = new EventStoreUnavailable('the event store was closed')
      this.#lifetimes.close(this.#closed)
      this.#appender.close(this.#closed.message)
    }
    await Promise.all([this.#appendConnection.close(), this.#readConnection.close()])
  }

  #reading(signal?: AbortSignal): Reading {
    return {
      connection: this.#readConnection,
      idleTimeoutMs: this.#readTimeoutMs,
      begin: () => this.#lifetimes.begin(signal),
    }
  }

  async #positionOf(stream: string, revision: bigint): Promise<bigint> {
    for await (const event of this.readStream(stream, { fromRevision: revision, maxCount: 1 }))
      return event.position
    throw new EventStoreUnavailable(`event ${revision} of ${stream} cannot be read back`)
  }
}

async function drain(events: AsyncIterable<RecordedEvent>): Promise<void> {
  for await (const _ of events) return
}

function notReady(timeoutMs: number, cause: unknown): EventStoreUnavailable {
  return new EventStoreUnavailable(
    `the event store did not answer within ${timeoutMs} ms: ${reasonOf(cause)}`,
    { cause },
  )
}

function atLeastOne(name: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 1)
    throw new TypeError(`${name}: must be a whole number, 1 or more`)
  return value
}

function timeout(name: string, valueMs: number): number {
  if (atLeastOne(name, valueMs) > LONGEST_TIMEOUT_MS)
    throw new TypeError(`${name}: must not be more than ${LONGEST_TIMEOUT_MS} ms`)
  return valueMs
}
