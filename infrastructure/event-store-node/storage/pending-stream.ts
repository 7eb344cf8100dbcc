import type { StreamForDecision } from './append-decision.ts'
import type { CommittedIds } from './committed-ids.ts'
import type { Reader } from './reader.ts'
import { TOMBSTONE_REVISION } from './revision.ts'
import { nameOf, type StreamSide } from './stream-name.ts'
import type { StreamMetadata } from './stream-metadata.ts'
import { metadataOf, type StreamPair } from './stream-states.ts'

/** What a group has appended to one stream so far. */
class PendingEvents {
  readonly #ids: Buffer[] = []
  readonly #positions: number[] = []
  #firstRevision = 0

  get count(): number {
    return this.#ids.length
  }

  add(id: Buffer, revision: number, position: number): void {
    if (this.#ids.length === 0) this.#firstRevision = revision
    this.#ids.push(id)
    this.#positions.push(position)
  }

  idAt(revision: number): Buffer | undefined {
    return this.#ids[revision - this.#firstRevision]
  }

  positionAt(revision: number): number | undefined {
    return this.#positions[revision - this.#firstRevision]
  }
}

/** A stream and its metastream as the writes of a group, not yet committed, have left them. */
export class PendingStream {
  number: number | undefined
  readonly last: [number, number]
  readonly #base: string
  readonly #events = [new PendingEvents(), new PendingEvents()] as const
  #metadata: StreamMetadata
  #metadataJson: Buffer | undefined

  constructor(base: string, committed: StreamPair) {
    this.#base = base
    this.number = committed.number
    this.last = [...committed.last]
    this.#metadata = committed.metadata
  }

  get metadata(): StreamMetadata {
    return this.#metadata
  }

  /** The bytes of the metadata when the group itself has set it. */
  get metadataJson(): Buffer | undefined {
    return this.#metadataJson
  }

  nameBytes(side: StreamSide): Buffer {
    return Buffer.from(nameOf({ base: this.#base, side }))
  }

  isChanged(side: StreamSide): boolean {
    return this.#events[side].count > 0
  }

  appended(side: StreamSide, id: Buffer, revision: number, position: number): void {
    this.last[side] = revision
    this.#events[side].add(id, revision, position)
  }

  metadataChanged(metadata: StreamMetadata, json: Buffer): void {
    this.#metadata = metadata
    this.#metadataJson = json
  }

  toPair(): StreamPair {
    return { number: this.number, last: this.last, metadata: this.#metadata }
  }

  positionAt(side: StreamSide, revision: number, reader: Reader): number | undefined {
    return (
      this.#events[side].positionAt(revision) ??
      this.#committed(side, (number) => reader.positionAt(number, revision))
    )
  }

  /** With a stream its metastream dies too: nothing can be appended to either. */
  forDecision(side: StreamSide, reader: Reader, ids: CommittedIds): StreamForDecision {
    const events = this.#events[side]
    return {
      lastRevision: this.last[0] === TOMBSTONE_REVISION ? TOMBSTONE_REVISION : this.last[side],
      softDeleted: metadataOf(this.toPair(), side).softDeleted,
      hasMetadata: side === 0 && this.last[1] >= 0,
      idAt: (revision) =>
        events.idAt(revision) ?? this.#committed(side, (number) => reader.idAt(number, revision)),
      revisionOf: (id) => this.#committed(side, (number) => ids.revisionOf(number, id)),
    }
  }

  #committed<T>(side: StreamSide, look: (streamNumber: number) => T | undefined): T | undefined {
    return this.number === undefined ? undefined : look(this.number + side)
  }
}
