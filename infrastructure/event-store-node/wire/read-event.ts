import { fieldBytes, MessageWriter, varintBytes } from '../../protobuf/index.ts'
import type { StoredRecord } from '../storage/record.ts'
import { TOMBSTONE_REVISION } from '../storage/revision.ts'
import { encodeUuid } from './encoded-uuid.ts'
import type { ResolvedRecord } from './recorded-event.ts'

const INT64_MAX = 2n ** 63n - 1n
/** Bytes of a field that holds it. */
const INT64_MAX_FIELD_BYTES = 10
const METADATA = 6

/** One entry of the metadata map, whose values are always the same. */
function encodedProperty(key: string, value: string): Buffer {
  const size = fieldBytes(key.length) + fieldBytes(value.length)
  const writer = new MessageWriter(fieldBytes(size))
  writer.messageField(METADATA, size)
  writer.textField(1, key, key.length)
  writer.textField(2, value, value.length)
  return writer.finish()
}

const JSON_CONTENT = encodedProperty('content-type', 'application/json')
const BINARY_CONTENT = encodedProperty('content-type', 'application/octet-stream')

/** A ReadResp with one event. Its position is that of the record asked for: the link's. */
export function encodeReadEvent(
  { event, link }: ResolvedRecord,
  isStructuredUuid: boolean,
): Buffer {
  const one = event && new RecordedEvent(event, isStructuredUuid)
  const other = link && new RecordedEvent(link, isStructuredUuid)
  const position = (link ?? event)?.position
  const size =
    (one === undefined ? 0 : fieldBytes(one.size)) +
    (other === undefined ? 0 : fieldBytes(other.size)) +
    (position === undefined ? 0 : 1 + varintBytes(position))
  const writer = new MessageWriter(fieldBytes(size))
  writer.messageField(1, size)
  one?.write(writer, 1)
  other?.write(writer, 2)
  if (position !== undefined) writer.varintField(3, position)
  return writer.finish()
}

/** A record on its way into a message: first measured, then written. */
class RecordedEvent {
  readonly size: number
  readonly #record: StoredRecord
  readonly #id: Buffer
  readonly #streamNameBytes: number
  readonly #typeBytes: number
  readonly #created: string
  readonly #content: Buffer

  constructor(record: StoredRecord, isStructuredUuid: boolean) {
    this.#record = record
    this.#id = encodeUuid(record.id, isStructuredUuid)
    this.#streamNameBytes = Buffer.byteLength(record.streamName)
    this.#typeBytes = Buffer.byteLength(record.type)
    this.#created = ticksText(record.createdMs)
    this.#content = record.isJson ? JSON_CONTENT : BINARY_CONTENT
    const { revision, position, metadata, data } = record
    const isTombstone = revision === TOMBSTONE_REVISION
    this.size =
      fieldBytes(this.#id.length) +
      fieldBytes(fieldBytes(this.#streamNameBytes)) +
      (isTombstone ? INT64_MAX_FIELD_BYTES : 1 + varintBytes(revision)) +
      2 * (1 + varintBytes(position)) +
      fieldBytes(propertyBytes('type', this.#typeBytes)) +
      fieldBytes(propertyBytes('created', this.#created.length)) +
      this.#content.length +
      fieldBytes(metadata.length) +
      fieldBytes(data.length)
  }

  write(writer: MessageWriter, field: number): void {
    const { streamName, revision, position, type, metadata, data } = this.#record
    writer.messageField(field, this.size)
    writer.bytesField(1, this.#id)
    writer.messageField(2, fieldBytes(this.#streamNameBytes))
    writer.textField(3, streamName, this.#streamNameBytes)
    if (revision === TOMBSTONE_REVISION) writer.bigVarintField(3, INT64_MAX)
    else writer.varintField(3, revision)
    writer.varintField(4, position)
    writer.varintField(5, position)
    writeProperty(writer, 'type', type, this.#typeBytes)
    writeProperty(writer, 'created', this.#created, this.#created.length)
    writer.encoded(this.#content)
    writer.bytesField(7, metadata)
    writer.bytesField(8, data)
  }
}

/** `key` must be ASCII. */
function propertyBytes(key: string, valueBytes: number): number {
  return fieldBytes(key.length) + fieldBytes(valueBytes)
}

function writeProperty(writer: MessageWriter, key: string, value: string, bytes: number): void {
  writer.messageField(METADATA, propertyBytes(key, bytes))
  writer.textField(1, key, key.length)
  writer.textField(2, value, bytes)
}

/** The protocol counts time in units of 100 ns since 1970. */
function ticksText(ms: number): string {
  return `${ms}0000`
}
