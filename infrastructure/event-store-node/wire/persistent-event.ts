import type { StoredRecord } from '../storage/record.ts'
import { revisionText } from '../storage/revision.ts'
import { persistent } from './persistent-codecs.ts'
import type { ResolvedRecord } from './recorded-event.ts'
import { toStreamIdentifier } from './stream-identifier.ts'
import { toUuid } from './uuid.ts'

/** The message that gives an event to a consumer. Its position is that of the link, if it is one. */
export function toPersistentEvent(
  { event, link }: ResolvedRecord,
  retryCount: number,
  isStructuredUuid: boolean,
): persistent.ReadResp {
  const readEvent = new persistent.ReadResp.ReadEvent()
  if (event !== undefined) readEvent.setEvent(toRecordedEvent(event, isStructuredUuid))
  if (link !== undefined) readEvent.setLink(toRecordedEvent(link, isStructuredUuid))
  const original = link ?? event
  if (original !== undefined) readEvent.setCommitPosition(String(original.position))
  readEvent.setRetryCount(retryCount)
  const response = new persistent.ReadResp()
  response.setEvent(readEvent)
  return response
}

/** The first answer to a consumer. */
export function toConfirmation(subscriptionId: string): persistent.ReadResp {
  const confirmation = new persistent.ReadResp.SubscriptionConfirmation()
  confirmation.setSubscriptionId(subscriptionId)
  const response = new persistent.ReadResp()
  response.setSubscriptionConfirmation(confirmation)
  return response
}

function toRecordedEvent(
  record: StoredRecord,
  isStructuredUuid: boolean,
): persistent.ReadResp.ReadEvent.RecordedEvent {
  const position = String(record.position)
  const event = new persistent.ReadResp.ReadEvent.RecordedEvent()
  event.setId(toUuid(record.id, isStructuredUuid))
  event.setStreamIdentifier(toStreamIdentifier(record.streamName))
  event.setStreamRevision(revisionText(record.revision))
  event.setCommitPosition(position)
  event.setPreparePosition(position)
  const contentType = record.isJson ? 'application/json' : 'application/octet-stream'
  event.getMetadataMap().set('type', record.type)
  event.getMetadataMap().set('created', `${record.createdMs}0000`)
  event.getMetadataMap().set('content-type', contentType)
  event.setData(record.data)
  event.setCustomMetadata(record.metadata)
  return event
}
