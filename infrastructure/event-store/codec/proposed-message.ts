import { fieldBytes, MessageWriter } from '../../protobuf/index.ts'

/** The field of BatchAppendReq that holds proposed messages. */
export const PROPOSED_MESSAGES = 3

const ID = 1
const METADATA = 2
const CUSTOM_METADATA = 3
const DATA = 4
const UUID_TEXT = 2
const KEY = 1
const VALUE = 2

const UUID_LENGTH = 36
const TYPE = 'type'
const ID_BYTES = fieldBytes(fieldBytes(UUID_LENGTH))

/** An entry of the map of properties that is the same for every event. */
const contentType = propertyField('content-type', 'application/json')

/** An event whose texts have been made and measured, and nothing written yet. */
export interface MeasuredEvent {
  readonly id: string
  readonly type: string
  readonly typeLength: number
  /** JSON texts, and the bytes they take as UTF-8. */
  readonly data: string
  readonly dataLength: number
  readonly metadata: string
  readonly metadataLength: number
}

/** Bytes that an event takes in a BatchAppendReq. */
export function proposedFieldBytes(event: MeasuredEvent): number {
  return fieldBytes(proposedBytes(event))
}

/** Writes an event as one of the proposed messages of a BatchAppendReq. */
export function writeProposedField(writer: MessageWriter, event: MeasuredEvent): void {
  writer.messageField(PROPOSED_MESSAGES, proposedBytes(event))
  writer.messageField(ID, fieldBytes(UUID_LENGTH))
  writer.textField(UUID_TEXT, event.id, UUID_LENGTH)
  writer.messageField(METADATA, typeEntryBytes(event.typeLength))
  writer.textField(KEY, TYPE, TYPE.length)
  writer.textField(VALUE, event.type, event.typeLength)
  writer.encoded(contentType)
  writer.textField(CUSTOM_METADATA, event.metadata, event.metadataLength)
  writer.textField(DATA, event.data, event.dataLength)
}

function proposedBytes({ typeLength, metadataLength, dataLength }: MeasuredEvent): number {
  return (
    ID_BYTES +
    fieldBytes(typeEntryBytes(typeLength)) +
    contentType.length +
    fieldBytes(metadataLength) +
    fieldBytes(dataLength)
  )
}

function typeEntryBytes(typeLength: number): number {
  return fieldBytes(TYPE.length) + fieldBytes(typeLength)
}

function propertyField(key: string, value: string): Buffer {
  const size = fieldBytes(key.length) + fieldBytes(value.length)
  const writer = new MessageWriter(fieldBytes(size))
  writer.messageField(METADATA, size)
  writer.textField(KEY, key, key.length)
  writer.textField(VALUE, value, value.length)
  return writer.finish()
}
