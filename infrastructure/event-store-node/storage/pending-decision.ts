import type { StreamForDecision } from './append-decision.ts'
import type { CommittedIds } from './committed-ids.ts'
import type { PendingStream } from './pending-stream.ts'
import type { Reader } from './reader.ts'
import { TOMBSTONE_REVISION } from './revision.ts'
import type { StreamSide } from './stream-name.ts'

/** A stream, or its metastream, as the next append of a group is decided by. */
export class PendingDecision implements StreamForDecision {
  readonly lastRevision: number
  readonly softDeleted: boolean
  readonly hasMetadata: boolean
  readonly #stream: PendingStream
  readonly #side: StreamSide
  readonly #reader: Reader
  readonly #ids: CommittedIds

  /** With a stream its metastream dies too: nothing can be appended to either. */
  constructor(stream: PendingStream, side: StreamSide, reader: Reader, ids: CommittedIds) {
    const isDead = stream.last[0] === TOMBSTONE_REVISION
    this.lastRevision = isDead ? TOMBSTONE_REVISION : stream.last[side]
    this.softDeleted = side === 0 && stream.metadata.softDeleted
    this.hasMetadata = side === 0 && stream.last[1] >= 0
    this.#stream = stream
    this.#side = side
    this.#reader = reader
    this.#ids = ids
  }

  idAt(revision: number): Buffer | undefined {
    return this.#stream.idAt(this.#side, revision, this.#reader)
  }

  revisionOf(id: Buffer): number | undefined {
    const { number } = this.#stream
    return number === undefined ? undefined : this.#ids.revisionOf(number + this.#side, id)
  }
}
