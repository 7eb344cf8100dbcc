import type { Store } from '../storage/store.ts'
import type { StoredRecord } from '../storage/record.ts'
import type { ResolvedRecord } from '../wire/recorded-event.ts'
import { isVisible } from './visibility.ts'

const LINK_TYPE = '$>'
const LINK_DATA = /^(\d{1,19})@(.+)$/s

/** Whether somebody may read a stream. */
export type MayRead = (streamName: string) => boolean

/** How a record is shown to somebody. */
export type Resolve = (record: StoredRecord) => ResolvedRecord

/** For what the node itself looks at. */
export const readsAll: MayRead = () => true

/** A record as it is. */
export function unresolved(record: StoredRecord): ResolvedRecord {
  return { event: record, link: undefined }
}

/**
 * Follows a link (`$>`, data `revision@stream`); what is no link stays as it is. An event that may
 * not be read is as good as none: a link can be written by those who cannot read what it names.
 */
export function resolveLink(store: Store, record: StoredRecord, mayRead: MayRead): ResolvedRecord {
  if (record.type !== LINK_TYPE) return unresolved(record)
  return { event: targetOf(store, record, mayRead), link: record }
}

function targetOf(store: Store, link: StoredRecord, mayRead: MayRead): StoredRecord | undefined {
  const [, revisionText, streamName] = LINK_DATA.exec(link.data.toString('utf8')) ?? []
  if (revisionText === undefined || streamName === undefined) return undefined
  if (!mayRead(streamName)) return undefined
  const view = store.states.view(streamName)
  if (view.number === undefined || view.isTombstoned) return undefined
  const position = store.reader.positionAt(view.number, Number(revisionText))
  if (position === undefined) return undefined
  const record = store.reader.record(position)
  return isVisible(record, view, store.nowMs()) ? record : undefined
}
