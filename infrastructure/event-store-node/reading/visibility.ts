import type { StoredRecord } from '../storage/record.ts'
import { firstVisibleRevision } from '../storage/stream-metadata.ts'
import type { StreamView } from '../storage/stream-states.ts'

/** Whether a stream's metadata lets one of its events be seen ($maxCount, $tb, $maxAge). */
export function isVisible(record: StoredRecord, view: StreamView, nowMs: number): boolean {
  return (
    record.revision >= firstVisibleRevision(view.metadata, view.lastRevision) &&
    isYoungEnough(record, view, nowMs)
  )
}

/** Whether `$maxAge` lets an event be seen. */
export function isYoungEnough(record: StoredRecord, view: StreamView, nowMs: number): boolean {
  const { maxAgeSeconds } = view.metadata
  return maxAgeSeconds === undefined || record.createdMs >= nowMs - maxAgeSeconds * 1_000
}
