import { setImmediate } from 'node:timers/promises'
import type { Resolve } from '../../reading/links.ts'
import type { StoredRecord } from '../../storage/record.ts'
import { streams } from '../../wire/codecs.ts'
import { encodeReadEvent } from '../../wire/read-event.ts'
import { toStreamIdentifier } from '../../wire/stream-identifier.ts'
import type { ResponseStream } from '../response-stream.ts'

/** Takes encoded ReadResp messages. */
export type ReadResponses = ResponseStream<Buffer>

/** How the events of a call are shown. */
export interface EventForm {
  readonly resolve: Resolve
  readonly isStructuredUuid: boolean
}

/**
 * Sends a page of records no faster than the client takes them, then lets others run: also after a
 * page of which nothing is left to send, as there may be thousands of those one after the other.
 */
export async function sendRecords(
  page: readonly StoredRecord[],
  form: EventForm,
  responses: ReadResponses,
): Promise<void> {
  for (const record of page) {
    if (!sendRecord(record, form, responses)) await responses.ready()
    if (!responses.isOpen) return
  }
  await setImmediate()
}

/** Sends one record; false when the client is behind. */
export function sendRecord(
  record: StoredRecord,
  { resolve, isStructuredUuid }: EventForm,
  responses: ReadResponses,
): boolean {
  return responses.write(encodeReadEvent(resolve(record), isStructuredUuid))
}

export function streamNotFound(streamName: string): Buffer {
  const notFound = new streams.ReadResp.StreamNotFound()
  notFound.setStreamIdentifier(toStreamIdentifier(streamName))
  const response = new streams.ReadResp()
  response.setStreamNotFound(notFound)
  return encoded(response)
}

export function confirmation(subscriptionId: string): Buffer {
  const confirmation = new streams.ReadResp.SubscriptionConfirmation()
  confirmation.setSubscriptionId(subscriptionId)
  const response = new streams.ReadResp()
  response.setConfirmation(confirmation)
  return encoded(response)
}

export function checkpoint(position: number): Buffer {
  const checkpoint = new streams.ReadResp.Checkpoint()
  checkpoint.setCommitPosition(String(position))
  checkpoint.setPreparePosition(String(position))
  const response = new streams.ReadResp()
  response.setCheckpoint(checkpoint)
  return encoded(response)
}

export function caughtUp(): Buffer {
  const response = new streams.ReadResp()
  response.setCaughtUp(new streams.ReadResp.CaughtUp())
  return encoded(response)
}

function encoded(response: streams.ReadResp): Buffer {
  return Buffer.from(response.serializeBinary())
}
