import { randomUUID } from 'node:crypto'
import type { SubscribeToStreamOptions } from '../../reading/read-options.ts'
import { firstShownRevision, isYoungEnough } from '../../reading/visibility.ts'
import { PAGE_RECORDS_MAX } from '../../storage/reader.ts'
import type { StoredRecord } from '../../storage/record.ts'
import { TOMBSTONE_REVISION } from '../../storage/revision.ts'
import type { Store } from '../../storage/store.ts'
import { streamDeleted } from '../../wire/rpc-error.ts'
import {
  caughtUp,
  confirmation,
  type EventForm,
  type ReadResponses,
  sendRecords,
} from './read-responses.ts'

/**
 * Follows a stream, existing or not: a cursor that reads pages from the store and, at the end,
 * waits for the next append. What the metadata hides is left out while catching up; what is
 * appended afterwards is sent whatever the metadata says, as a real server does.
 */
export async function subscribeToStream(
  store: Store,
  options: SubscribeToStreamOptions & EventForm,
  responses: ReadResponses,
): Promise<void> {
  const { streamName } = options
  const start = store.states.view(streamName)
  if (start.isTombstoned) throw streamDeleted(streamName)
  let next = startOf(options, start.lastRevision)
  let isLive = false
  responses.write(confirmation(randomUUID()))
  while (responses.isOpen) {
    const page = isLive ? livePage(store, streamName, next) : pastPage(store, streamName, next)
    next = page.next
    if (!page.isLast) {
      await sendRecords(page.records, options, responses)
      if (page.records.at(-1)?.revision === TOMBSTONE_REVISION) throw streamDeleted(streamName)
    } else if (isLive) {
      // In the same turn as the look at the empty page: a commit in between would not be heard.
      await responses.wait((wake) => store.signals.onStream(streamName, wake))
    } else {
      isLive = true
      next = Math.max(next, store.states.view(streamName).lastRevision + 1)
      responses.write(caughtUp())
    }
  }
}

interface Page {
  readonly records: readonly StoredRecord[]
  /** Where the next page begins. */
  readonly next: number
  /** Nothing more is there at present. */
  readonly isLast: boolean
}

function livePage(store: Store, streamName: string, next: number): Page {
  const { number } = store.states.view(streamName)
  return number === undefined ? emptyPage(next) : pageFrom(store, number, next)
}

/** The next events that the metadata shows. */
function pastPage(store: Store, streamName: string, next: number): Page {
  const view = store.states.view(streamName)
  if (view.number === undefined || view.metadata.softDeleted) return emptyPage(next)
  const page = pageFrom(store, view.number, Math.max(next, firstShownRevision(store, view, next)))
  const nowMs = store.nowMs()
  return { ...page, records: page.records.filter((one) => isYoungEnough(one, view, nowMs)) }
}

function pageFrom(store: Store, streamNumber: number, from: number): Page {
  const records = store.reader.streamPage(streamNumber, from, 'forwards', PAGE_RECORDS_MAX)
  const last = records.at(-1)
  return last === undefined ? emptyPage(from) : { records, next: last.revision + 1, isLast: false }
}

function emptyPage(next: number): Page {
  return { records: [], next, isLast: true }
}

function startOf({ from }: SubscribeToStreamOptions, lastRevision: number): number {
  if (from === 'start') return 0
  return from === 'end' ? lastRevision + 1 : from + 1
}
