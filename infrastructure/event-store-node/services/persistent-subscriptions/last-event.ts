import type { StoredRecord } from '../../storage/record.ts'
import { firstVisibleRevision } from '../../storage/stream-metadata.ts'
import type { Store } from '../../storage/store.ts'

/** The revisions of a stream that can be seen: from `first` to before `end`. */
export interface VisibleRange {
  readonly first: number
  readonly end: number
}

/** Which revisions of a stream can be seen at present. */
export function visibleRange(store: Store, streamName: string): VisibleRange {
  const view = store.states.view(streamName)
  const end = view.isTombstoned ? 0 : view.lastRevision + 1
  if (view.metadata.softDeleted || end === 0) return { first: end, end }
  return { first: Math.min(firstVisibleRevision(view.metadata, view.lastRevision), end), end }
}

/** The last event of a stream that can be seen. */
export function lastEvent(store: Store, streamName: string): StoredRecord | undefined {
  const { first, end } = visibleRange(store, streamName)
  const { number } = store.states.view(streamName)
  if (number === undefined || first >= end) return undefined
  const position = store.reader.positionAt(number, end - 1)
  return position === undefined ? undefined : store.reader.record(position)
}
