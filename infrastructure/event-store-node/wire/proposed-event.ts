import type { streams } from './codecs.ts'
import { EVENT_TYPE_BYTES_MAX, type ProposedEvent } from '../storage/record.ts'
import { invalidArgument, missingMetadataProperty } from './rpc-error.ts'
import { uuidBytesIn } from './uuid.ts'

type ProposedMessage = streams.AppendReq.ProposedMessage | streams.BatchAppendReq.ProposedMessage

const EMPTY_ID = Buffer.alloc(16)
const JSON_CONTENT = 'application/json'

/** Reads a proposed event. Throws INVALID_ARGUMENT naming what is wrong with it. */
export function proposedEventIn(message: ProposedMessage): ProposedEvent {
  const id = uuidBytesIn(message.getId(), 'event id')
  if (id.equals(EMPTY_ID)) throw invalidArgument('event id must not be empty')
  const properties = message.getMetadataMap()
  const type = properties.get('type')
  const contentType = properties.get('content-type')
  if (type === undefined) throw missingMetadataProperty('type')
  if (contentType === undefined) throw missingMetadataProperty('content-type')
  if (type === '') throw invalidArgument('event type must not be empty')
  if (Buffer.byteLength(type) > EVENT_TYPE_BYTES_MAX) {
    throw invalidArgument(`event type must not exceed ${EVENT_TYPE_BYTES_MAX} bytes`)
  }
  return {
    id,
    type,
    isJson: contentType === JSON_CONTENT,
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  }
}
