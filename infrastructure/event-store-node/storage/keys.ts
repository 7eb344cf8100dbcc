/**
 * The keys of the LMDB tables: fixed width and big-endian, so that their byte order is the order
 * of the numbers they hold.
 */
const UINT32 = 2 ** 32

export const POSITION_KEY_BYTES = 8
export const REVISION_KEY_BYTES = 14
export const STREAM_NUMBER_BYTES = 6

/** Writes an unsigned number below 2^64 (exact up to 2^53, and 2^63) in eight bytes. */
export function writeUint64(target: Buffer, value: number, offset: number): void {
  target.writeUInt32BE(Math.floor(value / UINT32), offset)
  target.writeUInt32BE(value % UINT32, offset + 4)
}

/** Reads what `writeUint64` wrote. */
export function readUint64(source: Buffer, offset: number): number {
  return source.readUInt32BE(offset) * UINT32 + source.readUInt32BE(offset + 4)
}

/** The key of a record in the log: its position. */
export function positionKey(position: number): Buffer {
  const key = Buffer.allocUnsafe(POSITION_KEY_BYTES)
  writeUint64(key, position, 0)
  return key
}

/** The key of an event in its stream: stream number (6 bytes), revision (8 bytes). */
export function revisionKey(streamNumber: number, revision: number): Buffer {
  const key = Buffer.allocUnsafe(REVISION_KEY_BYTES)
  key.writeUIntBE(streamNumber, 0, STREAM_NUMBER_BYTES)
  writeUint64(key, revision, STREAM_NUMBER_BYTES)
  return key
}

/** The revision inside a revision key. */
export function revisionOfKey(key: Buffer): number {
  return readUint64(key, STREAM_NUMBER_BYTES)
}
