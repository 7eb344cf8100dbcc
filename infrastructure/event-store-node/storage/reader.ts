import { positionKey, readUint64, revisionKey, revisionOfKey, STREAM_NUMBER_BYTES } from './keys.ts'
import { CorruptRecordError, decodeRecord, idOfRecord, type StoredRecord } from './record.ts'
import { STREAM_NAME_BYTES_MAX } from './stream-name.ts'
import type { Tables } from './tables.ts'

/** Reading stops after so many records or bytes, so that no read holds the event loop for long. */
export const PAGE_RECORDS_MAX = 256
const PAGE_BYTES_MAX = 1_048_576

export type Direction = 'forwards' | 'backwards'

/** Reads what is committed; every method is one short, synchronous look into LMDB. */
export class Reader {
  readonly #tables: Tables

  constructor(tables: Tables) {
    this.#tables = tables
  }

  /** A page of the log: forwards from `position` on, backwards from before `position`. */
  logPage(position: number, direction: Direction, limit: number): StoredRecord[] {
    const isForwards = direction === 'forwards'
    if (!isForwards && position <= 0) return []
    const page: StoredRecord[] = []
    let bytes = 0
    const range = this.#tables.log.getRange({
      start: positionKey(isForwards ? position : position - 1),
      reverse: !isForwards,
      limit: Math.min(limit, PAGE_RECORDS_MAX),
    })
    for (const { key, value } of range) {
      page.push(decodeRecord(readUint64(key, 0), value))
      bytes += value.length
      if (bytes >= PAGE_BYTES_MAX) break
    }
    return page
  }

  /** A page of a stream, from `revision` on, upwards or downwards. */
  streamPage(
    streamNumber: number,
    revision: number,
    direction: Direction,
    limit: number,
  ): StoredRecord[] {
    const page: StoredRecord[] = []
    let bytes = 0
    for (const position of this.#positions(streamNumber, revision, direction, limit)) {
      const record = this.record(position)
      page.push(record)
      bytes += record.data.length + record.metadata.length
      if (bytes >= PAGE_BYTES_MAX) break
    }
    return page
  }

  /** The record at a position that an index names. Throws `CorruptRecordError`. */
  record(position: number): StoredRecord {
    return decodeRecord(position, this.#recordBytes(position))
  }

  /** The id of the event at a revision. */
  idAt(streamNumber: number, revision: number): Buffer | undefined {
    const position = this.positionAt(streamNumber, revision)
    return position === undefined ? undefined : idOfRecord(this.#recordBytes(position))
  }

  /** The position of the event at a revision. */
  positionAt(streamNumber: number, revision: number): number | undefined {
    if (revision < 0) return undefined
    return numberIn(this.#tables.revisions.get(revisionKey(streamNumber, revision)))
  }

  /** The number of a stream by its base name, undefined also for what cannot be one. */
  streamNumber(base: string): number | undefined {
    const key = Buffer.from(base)
    if (key.length === 0 || key.length > STREAM_NAME_BYTES_MAX) return undefined
    return this.#tables.streams.get(key)?.readUIntBE(0, STREAM_NUMBER_BYTES)
  }

  /** The last revision of a stream, -1 when it has no event. */
  lastRevision(streamNumber: number): number {
    const keys = this.#tables.revisions.getKeys({
      start: revisionKey(streamNumber + 1, 0),
      exclusiveStart: true,
      end: beforeStream(streamNumber),
      reverse: true,
      limit: 1,
    })
    for (const key of keys) return revisionOfKey(key)
    return -1
  }

  #positions(
    streamNumber: number,
    revision: number,
    direction: Direction,
    limit: number,
  ): number[] {
    const isForwards = direction === 'forwards'
    const range = this.#tables.revisions.getRange({
      start: revisionKey(streamNumber, revision),
      end: isForwards ? revisionKey(streamNumber + 1, 0) : beforeStream(streamNumber),
      reverse: !isForwards,
      limit: Math.min(limit, PAGE_RECORDS_MAX),
    })
    return Array.from(range, ({ value }) => readUint64(value, 0))
  }

  #recordBytes(position: number): Buffer {
    const bytes = this.#tables.log.get(positionKey(position))
    if (bytes === undefined) throw new CorruptRecordError(position, 'it is missing')
    return bytes
  }
}

function numberIn(value: Buffer | undefined): number | undefined {
  return value === undefined ? undefined : readUint64(value, 0)
}

/** A key that sorts before all keys of a stream and after those of the stream before it. */
function beforeStream(streamNumber: number): Buffer {
  const key = Buffer.allocUnsafe(STREAM_NUMBER_BYTES)
  key.writeUIntBE(streamNumber, 0, STREAM_NUMBER_BYTES)
  return key
}
