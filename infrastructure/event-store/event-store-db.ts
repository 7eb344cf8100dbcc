import { setMaxListeners } from 'node:events'
import { AppendGate } from './append-gate.ts'
import { appendWithRetry } from './append-with-retry.ts'
import { backoffMs, pause } from './backoff.ts'
import { Connection } from './connection.ts'
import { reasonOf } from './errors.ts'
import { noLog, type EventStoreLog } from './log.ts'
import {
  AppendAbandoned,
  EventStoreUnavailable,
  ReadRefused,
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
import { proposeEvents } from './proposed-events.ts'
import { readAllStreams, readOneStream } from './reading.ts'
import { subscribeWithResume } from './subscription.ts'
import { isAborted } from './waiting.ts'

export interface EventStoreSettings {
  readonly connectionString: string
  /** How long one attempt to append may take before it is sent again; 5 s when not given. */
  readonly appendTimeoutMs?: number
  /** How long the server may be silent while a read waits for it; 10 s when not given. */
  readonly readTimeoutMs?: number
  /** Appends on their way to the server at the same time, others wait; 512 when not given. */
  readonly maxAppendsInFlight?: number
  /** The most bytes of event data in one append; 1 MiB, the server's own limit, when not given. */
  readonly maxAppendBytes?: number
  readonly log?: EventStoreLog
}

const MAX_BYTES_IN_FLIGHT = 32 * 1024 * 1024
/** A stream that nobody writes; any answer to reading it shows that the server is there. */
const READINESS_STREAM = 'event-store-readiness-probe'

/** The event store over an EventStoreDB server, reached by its official client. */
export class EventStoreDb implements EventStore {
  readonly #appends: Connection
  readonly #reads: Connection
  readonly #gate: AppendGate
  readonly #log: EventStoreLog
  readonly #appendTimeoutMs: number
  readonly #readTimeoutMs: number
  readonly #maxAppendBytes: number
  readonly #underWay = new Set<AbortController>()
  #closed: EventStoreUnavailable | undefined

  /** @throws TypeError when the connection string or a limit is malformed */
  constructor(settings: EventStoreSettings) {
    this.#log = settings.log ?? noLog
    this.#appendTimeoutMs = atLeastOne('appendTimeoutMs', settings.appendTimeoutMs ?? 5_000)
    this.#readTimeoutMs = atLeastOne('readTimeoutMs', settings.readTimeoutMs ?? 10_000)
    this.#maxAppendBytes = atLeastOne('maxAppendBytes', settings.maxAppendBytes ?? 1024 * 1024)
    this.#gate = new AppendGate({
      maxInFlight: atLeastOne('maxAppendsInFlight', settings.maxAppendsInFlight ?? 512),
      maxBytesInFlight: MAX_BYTES_IN_FLIGHT,
    })
    this.#appends = new Connection(settings.connectionString, this.#log)
    this.#reads = new Connection(settings.connectionString, this.#log)
  }

  async append(
    stream: string,
    events: readonly NewEvent[],
    expectedRevision: ExpectedRevision,
    signal?: AbortSignal,
  ): Promise<AppendResult> {
    const proposed = proposeEvents(stream, events, expectedRevision, this.#maxAppendBytes)
    if (this.#closed) throw new AppendAbandoned(this.#closed.message)
    const until = this.#start(signal)
    try {
      return await appendWithRetry(
        {
          connection: this.#appends,
          gate: this.#gate,
          log: this.#log,
          attemptTimeoutMs: this.#appendTimeoutMs,
          positionOf: (...at) => this.#positionOf(...at),
        },
        { stream, proposed, expectedRevision },
        until.signal,
      )
    } finally {
      until.end()
    }
  }

  async *readStream(
    stream: string,
    options: ReadStreamOptions = {},
  ): AsyncGenerator<RecordedEvent> {
    const until = this.#start()
    try {
      yield* readOneStream(this.#reading(until.signal), stream, options)
    } finally {
      until.end()
    }
  }

  async *readAll(options: ReadAllOptions = {}): AsyncGenerator<RecordedEvent> {
    const until = this.#start(options.signal)
    try {
      yield* readAllStreams(this.#reading(until.signal), options)
    } finally {
      until.end()
    }
  }

  async *subscribeToAll(options: SubscribeToAllOptions): AsyncGenerator<SubscriptionItem> {
    const { after, streamPrefixes } = options
    if (streamPrefixes.length === 0 || streamPrefixes.includes(''))
      throw new ReadRefused('streamPrefixes: must hold at least one, and none that is empty')
    const until = this.#start(options.signal)
    try {
      yield* subscribeWithResume(
        { connection: this.#reads, log: this.#log, confirmTimeoutMs: this.#readTimeoutMs },
        { after, streamPrefixes, signal: until.signal },
      )
    } finally {
      until.end()
    }
  }

  async ready(timeoutMs: number): Promise<void> {
    const until = this.#start(AbortSignal.timeout(timeoutMs))
    try {
      for (let failures = 1; ; failures += 1) {
        try {
          await drain(readOneStream(this.#reading(until.signal), READINESS_STREAM, {}))
          return
        } catch (error) {
          if (isAborted(until.signal)) throw notReady(timeoutMs, error)
          await pause(backoffMs(failures), until.signal)
          if (isAborted(until.signal)) throw notReady(timeoutMs, error)
        }
      }
    } finally {
      until.end()
    }
  }

  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = new EventStoreUnavailable('the event store was closed')
      for (const controller of this.#underWay) controller.abort(this.#closed)
      this.#gate.close()
    }
    await Promise.all([this.#appends.close(), this.#reads.close()])
  }

  #reading(signal: AbortSignal): Parameters<typeof readOneStream>[0] {
    return { connection: this.#reads, idleTimeoutMs: this.#readTimeoutMs, signal }
  }

  /** A signal for something under way: it aborts with the caller's signal and when the store closes. */
  #start(signal?: AbortSignal): { readonly signal: AbortSignal; end(): void } {
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
