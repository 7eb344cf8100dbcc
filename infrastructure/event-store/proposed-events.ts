import { MessageWriter } from '../protobuf/index.ts'
import {
  proposedFieldBytes,
  writeProposedField,
  type MeasuredEvent,
} from './codec/proposed-message.ts'
import { AppendRefused, type ExpectedRevision, type JsonObject, type NewEvent } from './port.ts'

/**
 * The most bytes of metadata, types and ids an append may carry besides its data, so that the
 * server need not hold more than this for one append.
 */
const MAX_OVERHEAD_BYTES = 8 * 1024 * 1024

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const nilUuid = '00000000-0000-0000-0000-000000000000'

export interface ProposalLimits {
  /** The most bytes of event data in one append. */
  readonly maxAppendBytes: number
  /** A request to the server is not begun that would be larger, but for a single event. */
  readonly maxRequestBytes: number
}

/** The events of an append, encoded once for all attempts; each batch goes into one request. */
export interface ProposedEvents {
  readonly batches: readonly Buffer[]
  readonly bytes: number
}

/**
 * Checks an append before anything is sent, so that one malformed append cannot break the
 * connection it would share with others, and encodes its events.
 *
 * @throws AppendRefused naming the field and the rule
 */
export function proposeEvents(
  stream: string,
  events: readonly NewEvent[],
  expectedRevision: ExpectedRevision,
  { maxAppendBytes, maxRequestBytes }: ProposalLimits,
): ProposedEvents {
  checkAppend(stream, events, expectedRevision)
  const measured = events.map(measure)
  let dataBytes = 0
  let bytes = 0
  for (const event of measured) {
    dataBytes += event.dataLength
    bytes += proposedFieldBytes(event)
  }
  if (dataBytes > maxAppendBytes)
    refuse(`events: their data has ${dataBytes} bytes, more than ${maxAppendBytes}`)
  const overhead = bytes - dataBytes
  if (overhead > MAX_OVERHEAD_BYTES)
    refuse(`events: their metadata has ${overhead} bytes, more than ${MAX_OVERHEAD_BYTES}`)
  if (bytes <= maxRequestBytes) return { batches: [encode(measured, bytes)], bytes }
  return { batches: encodeInBatches(measured, maxRequestBytes), bytes }
}

function checkAppend(
  stream: string,
  events: readonly NewEvent[],
  expectedRevision: ExpectedRevision,
): void {
  if (stream === '') refuse('stream: must not be empty')
  if (stream.startsWith('$')) refuse("stream: names that begin with $ are the system's")
  if (typeof expectedRevision === 'bigint' && expectedRevision < 0n)
    refuse('expectedRevision: must not be negative')
  if (typeof expectedRevision === 'bigint' && expectedRevision >= 2n ** 63n)
    refuse('expectedRevision: must be less than 2^63')
  if (events.length === 0) refuse('events: an append needs at least one')
  if (events.length === 1) return
  const ids = new Set(events.map((event) => event.id))
  if (ids.size !== events.length) refuse('events: two of them have the same id')
}

function measure(event: NewEvent, index: number): MeasuredEvent {
  checkNames(event, index)
  const { id, type } = event
  const data = toJson(event.data, 'data', index)
  const metadata = toJson(event.metadata, 'metadata', index)
  return {
    id,
    type,
    typeLength: Buffer.byteLength(type),
    data,
    dataLength: Buffer.byteLength(data),
    metadata,
    metadataLength: Buffer.byteLength(metadata),
  }
}

function encodeInBatches(events: readonly MeasuredEvent[], maxBytes: number): Buffer[] {
  const batches: Buffer[] = []
  let batch: MeasuredEvent[] = []
  let bytes = 0
  for (const event of events) {
    const more = proposedFieldBytes(event)
    if (batch.length > 0 && bytes + more > maxBytes) {
      batches.push(encode(batch, bytes))
      batch = []
      bytes = 0
    }
    batch.push(event)
    bytes += more
  }
  return [...batches, encode(batch, bytes)]
}

function encode(events: readonly MeasuredEvent[], bytes: number): Buffer {
  const writer = new MessageWriter(bytes)
  for (const event of events) writeProposedField(writer, event)
  return writer.finish()
}

function checkNames({ id, type }: NewEvent, index: number): void {
  if (!uuid.test(id) || id === nilUuid) refuse(`events[${index}].id: must be a UUID, not nil`)
  if (type === '') refuse(`events[${index}].type: must not be empty`)
  if (type.startsWith('$'))
    refuse(`events[${index}].type: types that begin with $ are the system's`)
}

function toJson(value: JsonObject, field: 'data' | 'metadata', index: number): string {
  // Callers are typed; what came through a cast is still refused here and not by a crash later.
  const given: unknown = value
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    refuse(`events[${index}].${field}: must be a JSON object`)
  let text: unknown
  try {
    text = JSON.stringify(given)
  } catch {
    refuse(`events[${index}].${field}: holds a value that JSON cannot express`)
  }
  // An object may have a toJSON of its own.
  if (typeof text === 'string' && text.startsWith('{')) return text
  return refuse(`events[${index}].${field}: must be a JSON object`)
}

function refuse(rule: string): never {
  throw new AppendRefused(rule)
}
