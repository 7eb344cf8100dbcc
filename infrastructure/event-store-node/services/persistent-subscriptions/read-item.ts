import type { StoredRecord } from '../../storage/record.ts'
import type { BucketOf } from './pinning.ts'

/** What a group keeps of a record. */
export function readItem(record: StoredRecord, bucketOf: BucketOf) {
  return {
    id: messageId(record.id),
    position: record.position,
    bucket: bucketOf(record),
  }
}

/** An event id as consumers' answers are compared with it. */
export function messageId(id: Buffer): string {
  return id.toString('latin1')
}
