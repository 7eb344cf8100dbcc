import { status } from '@grpc/grpc-js'
import type { ReadStreamOptions } from '../../reading/read-options.ts'
import { firstShownRevision, isYoungEnough } from '../../reading/visibility.ts'
import { PAGE_RECORDS_MAX } from '../../storage/reader.ts'
import type { Store } from '../../storage/store.ts'
import { RpcError, streamDeleted } from '../../wire/rpc-error.ts'
import {
  type EventForm,
  type ReadResponses,
  sendRecords,
  streamNotFound,
} from './read-responses.ts'

/** Reads a stream as it is now, upwards or downwards, up to a number of events. */
export async function readStream(
  store: Store,
  options: ReadStreamOptions & EventForm,
  responses: ReadResponses,
): Promise<void> {
  const { streamName, direction } = options
  const view = store.states.view(streamName)
  if (view.isTombstoned) throw streamDeleted(streamName)
  if (view.number === undefined || view.lastRevision < 0 || view.metadata.softDeleted) {
    responses.write(streamNotFound(streamName))
    return
  }
  const first = firstShownRevision(store, view)
  const isForwards = direction === 'forwards'
  let next = startOf(options, first, view.lastRevision)
  let left = options.countMax
  while (left > 0 && next >= first && next <= view.lastRevision && responses.isOpen) {
    const limit = Math.min(left, PAGE_RECORDS_MAX)
    const page = store.reader.streamPage(view.number, next, direction, limit)
    const wanted = page.filter(({ revision }) => revision >= first && revision <= view.lastRevision)
    const nowMs = store.nowMs()
    const visible = wanted.filter((record) => isYoungEnough(record, view, nowMs))
    await sendRecords(visible, options, responses)
    left -= visible.length
    const last = wanted.at(-1)
    if (last === undefined) return
    next = last.revision + (isForwards ? 1 : -1)
  }
}

function startOf(options: ReadStreamOptions, first: number, last: number): number {
  const { from, direction } = options
  if (direction === 'backwards') {
    if (from === 'end') return last
    return from === 'start' ? 0 : Math.min(from, last)
  }
  if (from === 'end') {
    throw new RpcError(status.UNKNOWN, 'a stream cannot be read forwards from its end')
  }
  return from === 'start' ? first : Math.max(from, first)
}
