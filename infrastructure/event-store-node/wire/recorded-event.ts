import type { StoredRecord } from '../storage/record.ts'
import { revisionText } from '../storage/revision.ts'
import { streams } from './codecs.ts'
import { toStreamIdentifier } from './stream-identifier.ts'
import { toUuid } from './uuid.ts'

/** A record as a read shows it, with the link it was reached by. */
export interface ResolvedRecord {
  /** Undefined when a link points at nothing that can be seen. */
  readonly event: StoredRecord | undefined
  readonly link: StoredRecord | undefined
}

/** The message for one record read. Its position is that of the record asked for: the link's. */
export function toReadResponse(
  { event, link }: ResolvedRecord,
  isStructuredUuid: boolean,
): streams.ReadResp {
  const readEvent = new streams.ReadResp.ReadEvent()
  if (event !== undefined) readEvent.setEvent(toRecordedEvent(event, isStructuredUuid))
  if (link !== undefined) readEvent.setLink(toRecordedEvent(link, isStructuredUuid))
  const original = link ?? event
  if (original !== undefined) readEvent.setCommitPosition(String(original.position))
  const response = new streams.ReadResp()
  response.setEvent(readEvent)
  return response
}

function toRecordedEvent(
  record: StoredRecord,
  isStructuredUuid: boolean,
): streams.ReadResp.ReadEvent.RecordedEvent {
  const position = String(record.position)
  const event = new streams.ReadResp.ReadEvent.RecordedEvent()
  event.setId(toUuid(record.id, isStructuredUuid))
  event.setStreamIdentifier(toStreamIdentifier(record.streamName))
  event.setStreamRevision(revisionText(record.revision))
  event.setCommitPosition(position)
  event.setPreparePosition(position)
  event.getMetadataMap().set('type', record.type)
  event.getMetadataMap().set('created', ticksText(record.createdMs))
  event.getMetadataMap().set('content-type', contentType(record))
  event.setData(record.data)
  event.setCustomMetadata(record.metadata)
  return event
}

function contentType({ isJson }: StoredRecord): string {
  return isJson ? 'application/json' : 'application/octet-stream'
}

/** The protocol counts time in units of 100 ns since 1970. */
function ticksText(ms: number): string {
  return `${ms}0000`
}
