import type { StoredRecord } from '../storage/record.ts'
import type { Store } from '../storage/store.ts'
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

/**
 * The lowest revision, from `from` on, that a stream's metadata shows now, by `$maxAge` too. As on an
 * EventStoreDB the age is searched for by halves, so that a long expired past is not gone through:
 * events are taken to have been written in the order of their times.
 */
export function firstShownRevision(store: Store, view: StreamView, from = 0): number {
  const { number, metadata, lastRevision } = view
  const first = Math.max(from, firstVisibleRevision(metadata, lastRevision))
  if (number === undefined || metadata.maxAgeSeconds === undefined) return first
  const nowMs = store.nowMs()
  return firstOf(first, lastRevision + 1, (revision) => {
    const position = store.reader.positionAt(number, revision)
    return position === undefined || isYoungEnough(store.reader.record(position), view, nowMs)
  })
}

/** The first number from `low` on of which something holds, as it does of all after it, or `end`. */
export function firstOf(low: number, end: number, holds: (number: number) => boolean): number {
  if (low >= end || holds(low)) return low
  let [before, after] = [low, end]
  while (after - before > 1) {
    const middle = before + Math.floor((after - before) / 2)
    if (holds(middle)) after = middle
    else before = middle
  }
  return after
}
