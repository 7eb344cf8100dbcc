import type { Store } from '../storage/store.ts'
import type { StoredRecord } from '../storage/record.ts'
import type { ResolvedRecord } from '../wire/recorded-event.ts'
import { isVisible } from './visibility.ts'

const LINK_TYPE = '$>'
const LINK_DATA = /^(\d{1,19})@(.+)$/s

/** A record as it is. */
export function unresolved(record: StoredRecord): ResolvedRecord {
  return { event: record, link: undefined }
}

/** Follows a link (`$>`, data `revision@stream`); what is no link stays as it is. */
export function resolveLink(store: Store, record: StoredRecord): ResolvedRecord {
  if (record.type !== LINK_TYPE) return unresolved(record)
  return { event: targetOf(store, record), link: record }
}

function targetOf(store: Store, link: StoredRecord): StoredRecord | undefined {
  const [, revisionText, streamName] = LINK_DATA.exec(link.data.toString('utf8')) ?? []
  if (revisionText === undefined || streamName === undefined) return undefined
  const view = store.states.view(streamName)
  if (view.number === undefined || view.isTombstoned) return undefined
  const position = store.reader.positionAt(view.number, Number(revisionText))
  if (position === undefined) return undefined
  const record = store.reader.record(position)
  return isVisible(record, view, store.nowMs()) ? record : undefined
}
