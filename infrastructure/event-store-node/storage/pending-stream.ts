import type { Reader } from './reader.ts'
import { nameOf, type StreamSide } from './stream-name.ts'
import type { StreamMetadata } from './stream-metadata.ts'
import type { StreamPair } from './stream-states.ts'

/** What a group has appended to one stream so far. */
class PendingEvents {
  readonly #ids: Buffer[] = []
  readonly #positions: number[] = []
  readonly #firstRevision: number

  constructor(firstRevision: number) {
    this.#firstRevision = firstRevision
  }

  add(id: Buffer, position: number): void {
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
  readonly #events: [PendingEvents | undefined, PendingEvents | undefined] = [undefined, undefined]
  readonly #nameBytes: [Buffer | undefined, Buffer | undefined] = [undefined, undefined]
  #metadata: StreamMetadata
  #metadataJson: Buffer | undefined

  constructor(base: string, committed: StreamPair) {
    this.#base = base
    this.number = committed.number
    this.last = [committed.last[0], committed.last[1]]
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
    return (this.#nameBytes[side] ??= Buffer.from(nameOf({ base: this.#base, side })))
  }

  isChanged(side: StreamSide): boolean {
    return this.#events[side] !== undefined
  }

  appended(side: StreamSide, id: Buffer, revision: number, position: number): void {
    this.last[side] = revision
    const events = (this.#events[side] ??= new PendingEvents(revision))
    events.add(id, position)
  }

  metadataChanged(metadata: StreamMetadata, json: Buffer): void {
    this.#metadata = metadata
    this.#metadataJson = json
  }

  toPair(): StreamPair {
    return { number: this.number, last: this.last, metadata: this.#metadata }
  }

  positionAt(side: StreamSide, revision: number, reader: Reader): number | undefined {
    const pending = this.#events[side]?.positionAt(revision)
    if (pending !== undefined || this.number === undefined) return pending
    return reader.positionAt(this.number + side, revision)
  }

  /** The id of the event at a revision. */
  idAt(side: StreamSide, revision: number, reader: Reader): Buffer | undefined {
    const pending = this.#events[side]?.idAt(revision)
    if (pending !== undefined || this.number === undefined) return pending
    return reader.idAt(this.number + side, revision)
  }
}
