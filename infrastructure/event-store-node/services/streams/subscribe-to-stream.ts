import { randomUUID } from 'node:crypto'
import type { SubscribeToStreamOptions } from '../../reading/read-options.ts'
import { isYoungEnough } from '../../reading/visibility.ts'
import { PAGE_RECORDS_MAX } from '../../storage/reader.ts'
import type { StoredRecord } from '../../storage/record.ts'
import { TOMBSTONE_REVISION } from '../../storage/revision.ts'
import type { Store } from '../../storage/store.ts'
import { firstVisibleRevision } from '../../storage/stream-metadata.ts'
import { streamDeleted } from '../../wire/rpc-error.ts'
import { caughtUp, confirmation, type ReadResponses, sendRecords } from './read-responses.ts'

/**
 * Follows a stream, existing or not: a cursor that reads pages from the store and, at the end,
 * waits for the next append. What the metadata hides is left out while catching up; what is
 * appended afterwards is sent whatever the metadata says, as a real server does.
 */
export async function subscribeToStream(
  store: Store,
  options: SubscribeToStreamOptions,
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
    const last = page.at(-1)
    if (last !== undefined) {
      await sendRecords(store, page, options, responses)
      if (last.revision === TOMBSTONE_REVISION) throw streamDeleted(streamName)
      next = last.revision + 1
    } else if (isLive) {
      await responses.wait((wake) => store.signals.onStream(streamName, wake))
    } else {
      isLive = true
      next = Math.max(next, store.states.view(streamName).lastRevision + 1)
      responses.write(caughtUp())
    }
  }
}

function livePage(store: Store, streamName: string, next: number): StoredRecord[] {
  const { number } = store.states.view(streamName)
  if (number === undefined) return []
  return store.reader.streamPage(number, next, 'forwards', PAGE_RECORDS_MAX)
}

/** The next events that the metadata shows; empty at the end only. */
function pastPage(store: Store, streamName: string, next: number): StoredRecord[] {
  const view = store.states.view(streamName)
  if (view.number === undefined || view.metadata.softDeleted) return []
  const nowMs = store.nowMs()
  let from = Math.max(next, firstVisibleRevision(view.metadata, view.lastRevision))
  for (;;) {
    const page = store.reader.streamPage(view.number, from, 'forwards', PAGE_RECORDS_MAX)
    const last = page.at(-1)
    if (last === undefined) return []
    const young = page.filter((record) => isYoungEnough(record, view, nowMs))
    if (young.length > 0) return young
    from = last.revision + 1
  }
}

function startOf({ from }: SubscribeToStreamOptions, lastRevision: number): number {
  if (from === 'start') return 0
  return from === 'end' ? lastRevision + 1 : from + 1
}
