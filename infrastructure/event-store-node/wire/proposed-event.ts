import { MessageReader } from '../../protobuf/index.ts'
import { EVENT_TYPE_BYTES_MAX, type ProposedEvent } from '../storage/record.ts'
import { mergedWith } from './encoded-message.ts'
import { decodeUuid } from './encoded-uuid.ts'
import { invalidArgument, missingMetadataProperty } from './rpc-error.ts'

const EMPTY_ID = Buffer.alloc(16)
const NOTHING = Buffer.alloc(0)
const JSON_CONTENT = 'application/json'

/** The two of an event's properties that mean something, as far as they were given. */
interface Properties {
  type: string | undefined
  contentType: string | undefined
}

/**
 * Reads a ProposedMessage, which is the same in both ways to append. Throws INVALID_ARGUMENT naming
 * what is wrong with it, and `MalformedMessageError`. Data and metadata are views of the message.
 */
export function decodeProposedEvent(bytes: Buffer): ProposedEvent {
  const reader = new MessageReader(bytes)
  const properties: Properties = { type: undefined, contentType: undefined }
  let encodedId: Buffer | undefined
  let metadata: Buffer = NOTHING
  let data: Buffer = NOTHING
  while (reader.next()) {
    if (reader.field === 1) encodedId = mergedWith(encodedId, reader)
    else if (reader.field === 2) readProperty(reader.message(), properties)
    else if (reader.field === 3) metadata = reader.bytes()
    else if (reader.field === 4) data = reader.bytes()
    else reader.skip()
  }
  const id = decodeUuid(encodedId, 'event id')
  if (id.equals(EMPTY_ID)) throw invalidArgument('event id must not be empty')
  const { type, contentType } = properties
  if (type === undefined) throw missingMetadataProperty('type')
  if (contentType === undefined) throw missingMetadataProperty('content-type')
  checkType(type)
  return { id, type, isJson: contentType === JSON_CONTENT, data, metadata }
}

/** One entry of the map: key and value; of a key that comes twice the last one counts. */
function readProperty(entry: MessageReader, properties: Properties): void {
  let key = ''
  let value = ''
  while (entry.next()) {
    if (entry.field === 1) key = entry.text()
    else if (entry.field === 2) value = entry.text()
    else entry.skip()
  }
  if (key === 'type') properties.type = value
  else if (key === 'content-type') properties.contentType = value
}

function checkType(type: string): void {
  if (type === '') throw invalidArgument('event type must not be empty')
  // A character takes three bytes of UTF-8 at most.
  if (type.length * 3 <= EVENT_TYPE_BYTES_MAX) return
  if (Buffer.byteLength(type) > EVENT_TYPE_BYTES_MAX) {
    throw invalidArgument(`event type must not exceed ${EVENT_TYPE_BYTES_MAX} bytes`)
  }
}
