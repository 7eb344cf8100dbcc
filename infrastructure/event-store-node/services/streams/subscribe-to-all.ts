import { randomUUID } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { Checkpoints } from '../../reading/checkpoints.ts'
import type { SubscribeToAllOptions } from '../../reading/read-options.ts'
import { PAGE_RECORDS_MAX } from '../../storage/reader.ts'
import type { StoredRecord } from '../../storage/record.ts'
import type { Store } from '../../storage/store.ts'
import { matcherFor } from './read-all.ts'
import {
  caughtUp,
  checkpoint,
  confirmation,
  type EventForm,
  type ReadResponses,
  sendRecord,
} from './read-responses.ts'
import { Turn } from './turn.ts'

/**
 * Follows `$all`: a cursor that reads pages from the store and, at the end, waits for the next
 * commit. Live events take the same way, so that a slow client costs no memory.
 */
export async function subscribeToAll(
  store: Store,
  options: SubscribeToAllOptions & EventForm,
  responses: ReadResponses,
): Promise<void> {
  const matches = matcherFor(options.filter)
  const checkpoints = new Checkpoints(options.filter ? options.checkpointInterval : Infinity)
  let position = startOf(options, store)
  let isLive = false
  responses.write(confirmation(randomUUID()))
  while (responses.isOpen) {
    const page = store.reader.logPage(position + 1, 'forwards', PAGE_RECORDS_MAX)
    if (page.length > 0) {
      position = await sendPage(page, position)
      await setImmediate()
    } else if (isLive) {
      await responses.wait((wake) => store.signals.onAny(wake))
    } else {
      isLive = true
      if (options.filter) sendCheckpoint(checkpoints.due())
      responses.write(caughtUp())
    }
  }

  async function sendPage(page: readonly StoredRecord[], from: number): Promise<number> {
    const turn = new Turn()
    let reached = from
    for (const record of page) {
      if (!responses.isOpen) break
      if (matches(record)) sendRecord(record, options, responses)
      sendCheckpoint(checkpoints.lookedAt(record.position))
      if (responses.isBehind) await responses.ready()
      if (turn.isOver) await turn.next()
      reached = record.position
    }
    return reached
  }

  function sendCheckpoint(due: number | undefined): void {
    if (due !== undefined) responses.write(checkpoint(due))
  }
}

function startOf({ from }: SubscribeToAllOptions, store: Store): number {
  if (from === 'start') return -1
  return from === 'end' ? store.writer.lastPosition : from
}
