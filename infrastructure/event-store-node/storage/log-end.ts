import { readUint64, STREAM_NUMBER_BYTES } from './keys.ts'
import type { Tables } from './tables.ts'

/** Where the next record and the next stream go. */
export interface LogEnd {
  /** Position of the last record, 0 when there is none. */
  readonly lastPosition: number
  /** Positions are byte offsets in the log, as if the records lay one after the other. */
  readonly nextPosition: number
  readonly nextStreamNumber: number
}

/** No record stands at 0, so that a position of 0 is before everything. */
export const FIRST_POSITION = 256
export const NEXT_STREAM_NUMBER = Buffer.from('next-stream-number')

/** Finds the end of the log by looking at its last record alone. */
export function readLogEnd(tables: Tables): LogEnd {
  const nextStreamNumber =
    tables.properties.get(NEXT_STREAM_NUMBER)?.readUIntBE(0, STREAM_NUMBER_BYTES) ?? 0
  for (const { key, value } of tables.log.getRange({ reverse: true, limit: 1 })) {
    const lastPosition = readUint64(key, 0)
    return { lastPosition, nextPosition: lastPosition + value.length, nextStreamNumber }
  }
  return { lastPosition: 0, nextPosition: FIRST_POSITION, nextStreamNumber }
}

/** Puts the number that the next new stream takes. */
export function putNextStreamNumber(tables: Tables, next: number): Promise<boolean> {
  const bytes = Buffer.allocUnsafe(STREAM_NUMBER_BYTES)
  bytes.writeUIntBE(next, 0, STREAM_NUMBER_BYTES)
  return tables.properties.put(NEXT_STREAM_NUMBER, bytes)
}
