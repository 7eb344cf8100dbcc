import { leaderOf, readFailure } from '../call-failure.ts'
import type { Connection } from '../connection.ts'
import type { Lifetime } from '../lifetimes.ts'
import { EventStoreUnavailable, type RecordedEvent } from '../port.ts'
import type { StreamsClient } from '../streams-client.ts'
import { isSystemEvent, recordedEvent } from './recorded-event.ts'
import { Responses } from './responses.ts'

export interface Reading {
  readonly connection: Connection
  readonly idleTimeoutMs: number
  /** Called when the read begins, which is when its first event is asked for. */
  readonly begin: () => Lifetime
}

export interface Wanted {
  readonly check: () => void
  readonly request: () => Buffer
  readonly from?: bigint | undefined
  readonly maxCount: number
  readonly withSystemEvents: boolean
  /**
   * Whether the server ends the read at what was asked for. Such a read is never cancelled just
   * before its end: that would be a reset, and servers cut off clients that send many of those.
   */
  readonly endsByItself: boolean
}

type Step = IteratorResult<RecordedEvent, undefined>

const OVER: Step = { done: true, value: undefined }

/**
 * The events of one read, one by one. It begins when the first is asked for. An event that is here
 * already is given without waiting, which an async generator cannot do: for a catch-up that would
 * cost as much as decoding.
 */
export class EventIterator implements AsyncIterableIterator<RecordedEvent, undefined> {
  readonly #reading: Reading
  readonly #wanted: Wanted
  #responses: Responses | undefined
  #lifetime: Lifetime | undefined
  #client: StreamsClient | undefined
  #waiting: Promise<Step> | undefined
  #count = 0
  #isOver = false

  constructor(reading: Reading, wanted: Wanted) {
    this.#reading = reading
    this.#wanted = wanted
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<Step> {
    if (this.#waiting) return this.#waiting.then(() => this.next())
    if (this.#isOver) return Promise.resolve(OVER)
    if (this.#responses === undefined) return this.#wait(this.#begin())
    try {
      const value = this.#take(this.#responses)
      return value === undefined
        ? this.#wait(this.#more(this.#responses))
        : Promise.resolve({ done: false, value })
    } catch (error) {
      return Promise.reject(this.#failed(error))
    }
  }

  return(): Promise<Step> {
    this.#end()
    return Promise.resolve(OVER)
  }

  async #begin(): Promise<Step> {
    const { check, request, maxCount } = this.#wanted
    const { connection, idleTimeoutMs, begin } = this.#reading
    try {
      check()
    } catch (error) {
      this.#isOver = true
      throw error
    }
    if (maxCount === 0) this.#isOver = true
    if (this.#isOver) return OVER
    const { signal } = (this.#lifetime = begin())
    const client = (this.#client = connection.current())
    try {
      this.#responses = await Responses.open(client, request(), idleTimeoutMs, signal)
    } catch (error) {
      throw this.#failed(error)
    }
    if (this.#hasEnded()) this.#responses.release()
    return this.#more(this.#responses)
  }

  async #more(responses: Responses): Promise<Step> {
    try {
      while (!this.#hasEnded()) {
        const value = this.#take(responses)
        if (value !== undefined) return { done: false, value }
        if (!this.#hasEnded() && !(await responses.more(this.#reading.idleTimeoutMs))) this.#end()
      }
      return OVER
    } catch (error) {
      throw this.#failed(error)
    }
  }

  /** The next event, if it is here. */
  #take(responses: Responses): RecordedEvent | undefined {
    const { from, maxCount, withSystemEvents, endsByItself } = this.#wanted
    if (this.#count >= maxCount && !endsByItself) {
      this.#end()
      return undefined
    }
    for (let item = responses.take(); item !== undefined; item = responses.take()) {
      if (typeof item === 'string' || (!withSystemEvents && isSystemEvent(item))) continue
      if (this.#count === maxCount) continue
      const event = recordedEvent(item)
      if (from !== undefined && event.position < from) continue
      this.#count += 1
      return event
    }
    return undefined
  }

  /** Remembers that somebody waits: who asks meanwhile is answered afterwards. */
  #wait(step: Promise<Step>): Promise<Step> {
    const waiting = step.finally(() => {
      this.#waiting = undefined
    })
    this.#waiting = waiting
    return waiting
  }

  /** Ends the read; gives what its consumer is told. */
  #failed(error: unknown): Error {
    const failure = readFailure(error)
    const isLost =
      failure instanceof EventStoreUnavailable && this.#lifetime?.signal.aborted === false
    if (isLost && this.#client) this.#reading.connection.replace(this.#client, leaderOf(error))
    this.#end()
    return failure
  }

  /** Also after `await` and calls, which the compiler takes to change nothing. */
  #hasEnded(): boolean {
    return this.#isOver
  }

  #end(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#responses?.release()
    this.#lifetime?.end()
  }
}
