import { positionKey } from '../storage/keys.ts'
import { CorruptRecordError, decodeRecord, type StoredRecord } from '../storage/record.ts'
import type { Snapshot } from './snapshot.ts'

/** The record that an index names; of a damaged one, the check of the log tells. */
export function recordAt(
  snapshot: Snapshot,
  position: number,
): StoredRecord | 'missing' | 'damaged' {
  const bytes = snapshot.get('log', positionKey(position))
  if (bytes === undefined) return 'missing'
  try {
    return decodeRecord(position, bytes)
  } catch (error) {
    if (error instanceof CorruptRecordError) return 'damaged'
    throw error
  }
}
