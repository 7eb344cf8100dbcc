import { randomUUID } from 'node:crypto'
import { decideAppend, type AppendDecision } from './append-decision.ts'
import type { CommittedIds } from './committed-ids.ts'
import { positionKey, revisionKey, STREAM_NUMBER_BYTES } from './keys.ts'
import type { LogEnd } from './log-end.ts'
import { PendingDecision } from './pending-decision.ts'
import { PendingStream } from './pending-stream.ts'
import type { Reader } from './reader.ts'
import { encodeRecord, type ProposedEvent } from './record.ts'
import { TOMBSTONE_REVISION } from './revision.ts'
import { addressOf, nameOf, type StreamAddress } from './stream-name.ts'
import {
  NO_METADATA,
  parseStreamMetadata,
  SOFT_DELETE_JSON,
  undeletedMetadata,
} from './stream-metadata.ts'
import type { StreamPair, StreamStates } from './stream-states.ts'
import type { Tables } from './tables.ts'
import { uuidBytes } from './uuid.ts'
import type { WriteOutcome, WriteRequest } from './write-request.ts'

const NOTHING = Buffer.alloc(0)

interface GroupParts {
  readonly tables: Tables
  readonly reader: Reader
  readonly states: StreamStates
  /** Gets the ids of the group at once: should it fail, they must be read from the log again. */
  readonly ids: CommittedIds
}

/**
 * The writes that share one LMDB transaction. Each is decided against what is committed and what
 * the writes before it in the group have done, then put; all puts of a group are made in one turn
 * of the event loop, which is what makes them one transaction.
 */
export class WriteGroup {
  readonly #tables: Tables
  readonly #reader: Reader
  readonly #states: StreamStates
  readonly #ids: CommittedIds
  readonly #pending = new Map<string, PendingStream>()
  readonly #puts: Promise<boolean>[] = []
  readonly #nowMs: number
  #lastCommit: Promise<boolean> | undefined
  readonly #end: { -readonly [Field in keyof LogEnd]: LogEnd[Field] }

  constructor({ tables, reader, states, ids }: GroupParts, end: LogEnd, nowMs: number) {
    this.#tables = tables
    this.#reader = reader
    this.#states = states
    this.#ids = ids
    this.#end = { ...end }
    this.#nowMs = nowMs
  }

  /** Where the log ends once the group is committed. */
  get end(): LogEnd {
    return this.#end
  }

  /** Decides on a write and puts what it appends. */
  write(request: WriteRequest): WriteOutcome {
    const address = addressOf(request.streamName)
    const stream = this.#pendingStream(address.base)
    const decision = this.#decide(stream, address, request)
    switch (decision.kind) {
      case 'append':
        return this.#applyOrDie(stream, address, request)
      case 'idempotent':
        return this.#repeat(stream, address, decision.lastRevision)
      case 'stream-deleted':
        return { kind: 'stream-deleted' }
      case 'wrong-expected-revision':
        return { kind: decision.kind, currentRevision: stream.last[address.side] }
    }
  }

  /**
   * Resolves when all puts are committed and durable; rejects when none of them is. A record that
   * the log refuses ends the process: the rest of its transaction is committed all the same.
   */
  async flushed(): Promise<void> {
    const results = await Promise.all(this.#puts)
    if (!results.every(Boolean)) endProcess(new Error('the log refused a record out of order'))
  }

  /** The streams of the group as they are once it is committed. */
  *changedPairs(): Iterable<[base: string, pair: StreamPair]> {
    for (const [base, stream] of this.#pending) {
      if (stream.isChanged(0) || stream.isChanged(1)) yield [base, stream.toPair()]
    }
  }

  *changedStreamNames(): Iterable<string> {
    for (const [base, stream] of this.#pending) {
      if (stream.isChanged(0)) yield nameOf({ base, side: 0 })
      if (stream.isChanged(1)) yield nameOf({ base, side: 1 })
    }
  }

  #decide(stream: PendingStream, address: StreamAddress, request: WriteRequest): AppendDecision {
    const view = new PendingDecision(stream, address.side, this.#reader, this.#ids)
    const ids = request.kind === 'append' ? request.events.map(idOf) : [newEventId()]
    const decision = decideAppend(view, request.expectedRevision, ids)
    const isNothingToDelete = view.lastRevision < 0 && !view.hasMetadata
    return request.kind === 'soft-delete' && decision.kind === 'append' && isNothingToDelete
      ? { kind: 'wrong-expected-revision' }
      : decision
  }

  /** A write that fails halfway must never be committed: the process ends before it could be. */
  #applyOrDie(stream: PendingStream, address: StreamAddress, request: WriteRequest): WriteOutcome {
    try {
      return this.#apply(stream, address, request)
    } catch (error) {
      endProcess(error)
    }
  }

  #apply(stream: PendingStream, address: StreamAddress, request: WriteRequest): WriteOutcome {
    switch (request.kind) {
      case 'append':
        return this.#append(stream, address, request.events)
      case 'soft-delete':
        return this.#softDelete(stream, address)
      case 'tombstone':
        return this.#put(stream, address, tombstoneEvent(), TOMBSTONE_REVISION)
    }
  }

  #append(
    stream: PendingStream,
    address: StreamAddress,
    events: readonly ProposedEvent[],
  ): WriteOutcome {
    const firstRevision = stream.last[address.side] + 1
    const isRevived = stream.metadata.softDeleted
    for (const [index, event] of events.entries()) {
      this.#put(stream, address, event, firstRevision + index)
    }
    const lastRevision = stream.last[address.side]
    const { lastPosition: position } = this.#end
    if (isRevived) {
      this.#undelete(stream, address.base, address.side === 0 ? firstRevision : stream.last[0] + 1)
    }
    return { kind: 'written', lastRevision, position }
  }

  /** A deleted stream lives again with the next append to it or to its metadata, without its past. */
  #undelete(stream: PendingStream, base: string, firstRevision: number): void {
    const metadata = undeletedMetadata(this.#metadataJson(stream), firstRevision)
    if (metadata === undefined) return
    this.#put(stream, { base, side: 1 }, metadataEvent(metadata), stream.last[1] + 1)
  }

  #softDelete(stream: PendingStream, { base }: StreamAddress): WriteOutcome {
    const event = metadataEvent(Buffer.from(SOFT_DELETE_JSON))
    return this.#put(stream, { base, side: 1 }, event, stream.last[1] + 1)
  }

  #put(
    stream: PendingStream,
    address: StreamAddress,
    event: ProposedEvent,
    revision: number,
  ): WriteOutcome {
    const { side } = address
    const streamNumber = (stream.number ?? this.#newStream(stream, address.base)) + side
    const position = this.#end.nextPosition
    const record = encodeRecord(event, stream.nameBytes(side), revision, this.#nowMs)
    const key = positionKey(position)
    this.#puts.push(this.#tables.log.put(key, record, { append: true }))
    this.#commitsWith(this.#tables.revisions.put(revisionKey(streamNumber, revision), key))
    this.#ids.add(streamNumber, event.id, revision)
    stream.appended(side, event.id, revision, position)
    if (side === 1) {
      const metadata = event.isJson ? parseStreamMetadata(Buffer.from(event.data)) : NO_METADATA
      stream.metadataChanged(metadata, Buffer.from(event.data))
    }
    this.#end.lastPosition = position
    this.#end.nextPosition = position + record.length
    return { kind: 'written', lastRevision: revision, position }
  }

  /** All unconditional puts of a transaction share one promise: it is kept once. */
  #commitsWith(put: Promise<boolean>): void {
    if (put === this.#lastCommit) return
    this.#lastCommit = put
    this.#puts.push(put)
  }

  #newStream(stream: PendingStream, base: string): number {
    const number = this.#end.nextStreamNumber
    const bytes = Buffer.allocUnsafe(STREAM_NUMBER_BYTES)
    bytes.writeUIntBE(number, 0, STREAM_NUMBER_BYTES)
    this.#commitsWith(this.#tables.streams.put(Buffer.from(base), bytes))
    stream.number = number
    this.#end.nextStreamNumber = number + 2
    return number
  }

  #repeat(stream: PendingStream, { side }: StreamAddress, lastRevision: number): WriteOutcome {
    const position = stream.positionAt(side, lastRevision, this.#reader)
    return { kind: 'written', lastRevision, position: position ?? this.#end.lastPosition }
  }

  #metadataJson(stream: PendingStream): Buffer {
    if (stream.metadataJson !== undefined) return stream.metadataJson
    const position = stream.positionAt(1, stream.last[1], this.#reader)
    return position === undefined ? NOTHING : this.#reader.record(position).data
  }

  #pendingStream(base: string): PendingStream {
    const known = this.#pending.get(base)
    if (known !== undefined) return known
    const stream = new PendingStream(base, this.#states.pair(base))
    this.#pending.set(base, stream)
    return stream
  }
}

function idOf({ id }: ProposedEvent): Buffer {
  return id
}

/** Ends the process before another step of the writer: the error is caught by nobody. */
function endProcess(error: unknown): never {
  queueMicrotask(() => {
    throw error
  })
  throw error
}

function newEventId(): Buffer {
  return uuidBytes(randomUUID())
}

function metadataEvent(data: Buffer): ProposedEvent {
  return { id: newEventId(), type: '$metadata', isJson: true, data, metadata: NOTHING }
}

function tombstoneEvent(): ProposedEvent {
  return {
    id: newEventId(),
    type: '$streamDeleted',
    isJson: true,
    data: Buffer.from('{}'),
    metadata: NOTHING,
  }
}
