import { crc32 } from 'node:zlib'
import { readUint64, writeUint64 } from './keys.ts'

/**
 * One record of the log. It holds everything that is known of an event, so that all other tables
 * could be made from the log again.
 *
 * ```
 *  0 crc32 of all that follows   4 format     5 flags (bit 0: JSON)
 *  6 stream name length          8 type length
 * 10 metadata length            14 created, ms since 1970 (6 bytes)
 * 20 revision                   28 event id (16 bytes)
 * 44 stream name, type, metadata, data
 * ```
 */
export interface StoredRecord {
  readonly position: number
  readonly streamName: string
  readonly revision: number
  readonly id: Buffer
  readonly type: string
  readonly isJson: boolean
  readonly createdMs: number
  readonly data: Buffer
  readonly metadata: Buffer
}

/** An event as a writer proposes it. */
export interface ProposedEvent {
  readonly id: Buffer
  readonly type: string
  readonly isJson: boolean
  readonly data: Uint8Array
  readonly metadata: Uint8Array
}

export const EVENT_TYPE_BYTES_MAX = 65_535
const FORMAT = 1
const IS_JSON = 1
const HEADER_BYTES = 44
const ID_OFFSET = 28
const ID_BYTES = 16

/** A record whose bytes are not what was written. */
export class CorruptRecordError extends Error {
  constructor(position: number, reason: string) {
    super(`record at position ${position} is damaged: ${reason}`)
    this.name = 'CorruptRecordError'
  }
}

/** The bytes of an event's record. */
export function encodeRecord(
  event: ProposedEvent,
  streamName: Buffer,
  revision: number,
  createdMs: number,
): Buffer {
  const typeLength = Buffer.byteLength(event.type)
  const bytes = Buffer.allocUnsafe(
    HEADER_BYTES + streamName.length + typeLength + event.metadata.length + event.data.length,
  )
  bytes[4] = FORMAT
  bytes[5] = event.isJson ? IS_JSON : 0
  bytes.writeUInt16BE(streamName.length, 6)
  bytes.writeUInt16BE(typeLength, 8)
  bytes.writeUInt32BE(event.metadata.length, 10)
  bytes.writeUIntBE(createdMs, 14, 6)
  writeUint64(bytes, revision, 20)
  event.id.copy(bytes, ID_OFFSET)
  bytes.set(streamName, HEADER_BYTES)
  let offset = HEADER_BYTES + streamName.length
  offset += bytes.write(event.type, offset)
  bytes.set(event.metadata, offset)
  bytes.set(event.data, offset + event.metadata.length)
  bytes.writeUInt32BE(crc32(bytes.subarray(4)), 0)
  return bytes
}

/** Reads a record and verifies its checksum. Throws `CorruptRecordError`. */
export function decodeRecord(position: number, bytes: Buffer): StoredRecord {
  verifyRecord(position, bytes)
  const typeAt = HEADER_BYTES + bytes.readUInt16BE(6)
  const metadataAt = typeAt + bytes.readUInt16BE(8)
  const dataAt = metadataAt + bytes.readUInt32BE(10)
  return {
    position,
    streamName: bytes.toString('utf8', HEADER_BYTES, typeAt),
    revision: readUint64(bytes, 20),
    id: idOfRecord(bytes),
    type: bytes.toString('utf8', typeAt, metadataAt),
    isJson: bytes[5] === IS_JSON,
    createdMs: bytes.readUIntBE(14, 6),
    metadata: bytes.subarray(metadataAt, dataAt),
    data: bytes.subarray(dataAt),
  }
}

/** The event id inside the bytes of a record. */
export function idOfRecord(bytes: Buffer): Buffer {
  return bytes.subarray(ID_OFFSET, ID_OFFSET + ID_BYTES)
}

/** Whether bytes can be those of a record, going by their length and format alone. */
export function isRecord(bytes: Buffer): boolean {
  return bytes.length >= HEADER_BYTES && bytes[4] === FORMAT
}

/** The stream name inside the bytes of a record. */
export function streamNameOfRecord(bytes: Buffer): string {
  return bytes.toString('utf8', HEADER_BYTES, HEADER_BYTES + bytes.readUInt16BE(6))
}

/** The revision inside the bytes of a record. */
export function revisionOfRecord(bytes: Buffer): number {
  return readUint64(bytes, 20)
}

function verifyRecord(position: number, bytes: Buffer): void {
  if (bytes.length < HEADER_BYTES) throw new CorruptRecordError(position, 'it is too short')
  if (bytes[4] !== FORMAT) throw new CorruptRecordError(position, 'its format is unknown')
  if (bytes.readUInt32BE(0) !== crc32(bytes.subarray(4))) {
    throw new CorruptRecordError(position, 'its checksum does not match')
  }
}
