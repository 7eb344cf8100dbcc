import { setImmediate } from 'node:timers/promises'
import type { CommitSignals } from './commit-signals.ts'
import { CommittedIds } from './committed-ids.ts'
import { reasonOf } from './commit-failure.ts'
import { type LogEnd, putNextStreamNumber, readLogEnd } from './log-end.ts'
import type { Reader } from './reader.ts'
import { rememberIds } from './remember-ids.ts'
import type { StreamStates } from './stream-states.ts'
import type { Tables } from './tables.ts'
import { WriteGroup } from './write-group.ts'
import type { WriteOutcome, WriteRequest } from './write-request.ts'

const GROUP_REQUESTS_MAX = 2_048
const GROUP_BYTES_MAX = 8 * 1_048_576

/** The store takes no more writes; nothing of the request is stored. */
export class WriterClosedError extends Error {
  constructor() {
    super('the node is shutting down')
    this.name = 'WriterClosedError'
  }
}

/** The store could not write; nothing of the request is stored. */
export class WriteFailedError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'WriteFailedError'
  }
}

interface Waiting {
  readonly request: WriteRequest
  readonly resolve: (outcome: WriteOutcome) => void
  readonly reject: (error: unknown) => void
}

interface WriterParts {
  readonly tables: Tables
  readonly reader: Reader
  readonly states: StreamStates
  readonly signals: CommitSignals
  readonly nowMs: () => number
}

/**
 * The one writer. Requests are decided in the order of their arrival; those that arrive while a
 * transaction is being synced make up the next one, so that they share its sync. A request is
 * answered when its transaction is durable.
 */
export class Writer {
  readonly #parts: WriterParts
  readonly #ids = new CommittedIds()
  #queue: Waiting[] = []
  #end: LogEnd
  #running: Promise<void> | undefined
  #isClosed = false

  constructor(parts: WriterParts) {
    this.#parts = parts
    this.#end = readLogEnd(parts.tables)
    rememberIds(this.#ids, parts.tables, parts.reader, this.#end)
  }

  /** Position of the last durable record. */
  get lastPosition(): number {
    return this.#end.lastPosition
  }

  /** Queues a write. Rejects with `WriteFailedError` or `WriterClosedError`. */
  submit(request: WriteRequest): Promise<WriteOutcome> {
    if (this.#isClosed) return Promise.reject(new WriterClosedError())
    return new Promise((resolve, reject) => {
      this.#queue.push({ request, resolve, reject })
      this.#running ??= this.#run()
    })
  }

  /** Refuses further writes and resolves when those that wait are answered. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#running
  }

  async #run(): Promise<void> {
    await setImmediate()
    while (this.#queue.length > 0) {
      await this.#commit(this.#nextGroup())
    }
    this.#running = undefined
  }

  #nextGroup(): Waiting[] {
    let sizeBytes = 0
    let count = 0
    for (const { request } of this.#queue) {
      sizeBytes += request.sizeBytes
      if (count > 0 && (sizeBytes > GROUP_BYTES_MAX || count >= GROUP_REQUESTS_MAX)) break
      count += 1
    }
    return this.#queue.splice(0, count)
  }

  async #commit(waiting: readonly Waiting[]): Promise<void> {
    const { tables, reader, states, signals, nowMs } = this.#parts
    const group = new WriteGroup({ tables, reader, states, ids: this.#ids }, this.#end, nowMs())
    const outcomes = waiting.map(({ request }) => attempt(group, request))
    try {
      await this.#flush(group)
    } catch (error) {
      const cause = await reasonOf(error)
      const reason = cause instanceof Error ? cause.message : String(cause)
      const failure = new WriteFailedError(`the store could not write: ${reason}`, { cause })
      // A commit that fails late may be on disk nevertheless: what is there is looked up again.
      this.#end = readLogEnd(tables)
      rememberIds(this.#ids, tables, reader, this.#end)
      states.forgetAll()
      for (const { reject } of waiting) reject(failure)
      return
    }
    this.#end = group.end
    for (const [base, pair] of group.changedPairs()) states.committed(base, pair)
    for (const [index, { resolve, reject }] of waiting.entries()) {
      const outcome = outcomes[index]
      if (outcome?.kind === 'failed') reject(outcome.error)
      else if (outcome !== undefined) resolve(outcome)
    }
    signals.committed(group.changedStreamNames())
  }

  async #flush(group: WriteGroup): Promise<void> {
    const { nextStreamNumber } = group.end
    const puts = [group.flushed()]
    if (nextStreamNumber !== this.#end.nextStreamNumber) {
      puts.push(putNextStreamNumber(this.#parts.tables, nextStreamNumber).then(() => undefined))
    }
    await Promise.all(puts)
  }
}

/** A write that could not be decided on, such as of a stream whose records are damaged. */
interface FailedWrite {
  readonly kind: 'failed'
  readonly error: unknown
}

/** Decides now; the answer must wait until the group is durable. */
function attempt(group: WriteGroup, request: WriteRequest): WriteOutcome | FailedWrite {
  try {
    return group.write(request)
  } catch (error) {
    return { kind: 'failed', error }
  }
}
