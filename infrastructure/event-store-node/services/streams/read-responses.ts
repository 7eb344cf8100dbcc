import { setImmediate } from 'node:timers/promises'
import { resolveLink, unresolved } from '../../reading/links.ts'
import type { StoredRecord } from '../../storage/record.ts'
import type { Store } from '../../storage/store.ts'
import { streams } from '../../wire/codecs.ts'
import { toReadResponse } from '../../wire/recorded-event.ts'
import { toStreamIdentifier } from '../../wire/stream-identifier.ts'
import type { ResponseStream } from '../response-stream.ts'

export type ReadResponses = ResponseStream<streams.ReadResp>

interface EventOptions {
  readonly resolveLinks: boolean
  readonly isStructuredUuid: boolean
}

/** Sends a page of records no faster than the client takes them, then lets others run. */
export async function sendRecords(
  store: Store,
  page: readonly StoredRecord[],
  options: EventOptions,
  responses: ReadResponses,
): Promise<void> {
  for (const record of page) {
    if (!sendRecord(store, record, options, responses)) await responses.ready()
    if (!responses.isOpen) return
  }
  if (page.length > 0) await setImmediate()
}

/** Sends one record; false when the client is behind. */
export function sendRecord(
  store: Store,
  record: StoredRecord,
  { resolveLinks, isStructuredUuid }: EventOptions,
  responses: ReadResponses,
): boolean {
  const resolved = resolveLinks ? resolveLink(store, record) : unresolved(record)
  return responses.write(toReadResponse(resolved, isStructuredUuid))
}

export function streamNotFound(streamName: string): streams.ReadResp {
  const notFound = new streams.ReadResp.StreamNotFound()
  notFound.setStreamIdentifier(toStreamIdentifier(streamName))
  const response = new streams.ReadResp()
  response.setStreamNotFound(notFound)
  return response
}

export function confirmation(subscriptionId: string): streams.ReadResp {
  const confirmation = new streams.ReadResp.SubscriptionConfirmation()
  confirmation.setSubscriptionId(subscriptionId)
  const response = new streams.ReadResp()
  response.setConfirmation(confirmation)
  return response
}

export function checkpoint(position: number): streams.ReadResp {
  const checkpoint = new streams.ReadResp.Checkpoint()
  checkpoint.setCommitPosition(String(position))
  checkpoint.setPreparePosition(String(position))
  const response = new streams.ReadResp()
  response.setCheckpoint(checkpoint)
  return response
}

export function caughtUp(): streams.ReadResp {
  const response = new streams.ReadResp()
  response.setCaughtUp(new streams.ReadResp.CaughtUp())
  return response
}
