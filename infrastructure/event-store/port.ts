/**
 * The event store as countroom sees it: append with an expected revision, read, subscribe.
 * Nothing here knows which server stands behind it.
 */

/** A JSON value, as it is stored in an event's data and metadata. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [key: string]: Json
}

/**
 * What the stream must look like for an append to be written: at exactly this revision (the number
 * of its last event), without any event, with at least one, or whatever it is.
 */
export type ExpectedRevision = bigint | 'no-stream' | 'stream-exists' | 'any'

/** An event to be appended. The id (a UUID) makes a retry of the same append the same event. */
export interface NewEvent {
  readonly id: string
  readonly type: string
  readonly data: JsonObject
  readonly metadata: JsonObject
}

/**
 * An event as it is stored. `position` is its place in the order of all events. Data and metadata
 * may be parsed only when they are looked at, and throw StoredEventUnreadable then if they are
 * broken inside.
 */
export interface RecordedEvent extends NewEvent {
  readonly stream: string
  readonly revision: bigint
  readonly position: bigint
  readonly recordedAt: Date
}

export type AppendResult =
  | { readonly status: 'appended'; readonly revision: bigint; readonly position: bigint }
  /** The expectation did not hold and nothing was written; `actual` is absent for a stream without events. */
  | { readonly status: 'wrong-expected-revision'; readonly actual?: bigint }

export interface ReadStreamOptions {
  /** First revision to be read, included; the start of the stream when not given. */
  readonly fromRevision?: bigint
  readonly direction?: 'forwards' | 'backwards'
  readonly maxCount?: number
}

export interface ReadAllOptions {
  /** Only events at this position and after it; all when not given. */
  readonly from?: bigint
  readonly maxCount?: number
  /** Ends the read with an error, the signal's reason. */
  readonly signal?: AbortSignal
}

export interface SubscribeToAllOptions {
  /** Only events after this position; from the very first when not given. */
  readonly after?: bigint
  /** Only streams whose name begins with one of these. */
  readonly streamPrefixes: readonly string[]
  /** Ends the subscription. */
  readonly signal: AbortSignal
}

/**
 * What a subscription yields: events in order, word that all events so far have been seen, and word
 * that the server was lost: until the next item nothing is known of later events.
 */
export type SubscriptionItem =
  | { readonly kind: 'event'; readonly event: RecordedEvent }
  | { readonly kind: 'caught-up' }
  | { readonly kind: 'lost'; readonly reason: string }

export interface EventStore {
  /**
   * Appends events to a stream, all of them or none; resolves when they are durable.
   *
   * While the outcome is unknown (timeout, lost connection) the same events are sent again with the
   * same ids and expected revision until it is known; the promise stays pending meanwhile. With
   * 'any' the outcome of such a retry is only as good as the server's memory of ids: use a definite
   * expectation where a repeated event would hurt.
   *
   * @throws AppendRefused when the server refuses for good (too large, malformed, stream deleted)
   * @throws AppendAbandoned when the signal aborts, or the store is closed, before the outcome is known
   * @throws EventStoreUnavailable at once when too many appends wait already (by number or bytes):
   * nothing of this one was sent, and it may be repeated
   */
  append(
    stream: string,
    events: readonly NewEvent[],
    expectedRevision: ExpectedRevision,
    signal?: AbortSignal,
  ): Promise<AppendResult>

  /**
   * Reads a stream; a stream that does not exist has no events.
   *
   * @throws EventStoreUnavailable when the server cannot be reached or falls silent
   * @throws ReadRefused when the server refuses, StoredEventUnreadable when an event is not JSON objects
   */
  readStream(stream: string, options?: ReadStreamOptions): AsyncIterable<RecordedEvent>

  /**
   * Reads all streams in the order of positions, without system events.
   *
   * @throws EventStoreUnavailable when the server cannot be reached or falls silent
   * @throws ReadRefused when the server refuses, StoredEventUnreadable when an event is not JSON objects
   */
  readAll(options?: ReadAllOptions): AsyncIterable<RecordedEvent>

  /**
   * Yields events of many streams in the order of positions, first those stored, then those to come,
   * each once. After a lost connection, of which it tells, it resumes by itself behind the last event
   * it yielded. It reads no faster than it is consumed. Ends when the signal aborts or the store is closed.
   *
   * @throws ReadRefused when the server refuses, StoredEventUnreadable when an event is not JSON objects
   */
  subscribeToAll(options: SubscribeToAllOptions): AsyncIterable<SubscriptionItem>

  /** Resolves when the server answers a read. @throws EventStoreUnavailable after `timeoutMs` */
  ready(timeoutMs: number): Promise<void>

  /** Ends all subscriptions and pending appends, and lets go of the connection. */
  close(): Promise<void>
}

/** The server refused the append for good: repeating it cannot help. Nothing was written. */
export class AppendRefused extends Error {
  override readonly name = 'AppendRefused'
}

/** Waiting for the outcome of an append was given up: it may or may not be stored. */
export class AppendAbandoned extends Error {
  override readonly name = 'AppendAbandoned'
}

/**
 * The event store cannot be reached or does not answer: the read may be repeated, and so may the
 * append, of which nothing was sent.
 */
export class EventStoreUnavailable extends Error {
  override readonly name = 'EventStoreUnavailable'
}

/** The server will not have the read as it is: denied, malformed, stream deleted, event not readable. */
export class ReadRefused extends Error {
  override readonly name: string = 'ReadRefused'
}

/** An event was stored that is not of JSON objects: no reading will ever get past it. */
export class StoredEventUnreadable extends ReadRefused {
  override readonly name = 'StoredEventUnreadable'
  readonly position: bigint
  readonly eventId: string

  constructor(message: string, event: { readonly position: bigint; readonly id: string }) {
    super(message)
    this.position = event.position
    this.eventId = event.id
  }
}
