import protobufEmpty from 'google-protobuf/google/protobuf/empty_pb.js'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'

const DATA_BYTES = 230
const METADATA_BYTES = 100
const ID_DIGITS = 12

/**
 * A BatchAppendReq that is serialised once; stream, correlation id and event ids are then written
 * into its bytes. So the load costs this process next to nothing, and what is measured is the node.
 */
export class PreparedAppend {
  readonly #bytes: Buffer
  readonly #correlationAt: number
  readonly #streamAt: number
  readonly #idsAt: readonly number[]

  constructor(events: number) {
    this.#bytes = Buffer.from(requestOf(events).serializeBinary())
    this.#correlationAt = this.#lastDigitsOf(CORRELATION)
    this.#streamAt = this.#bytes.indexOf(STREAM)
    this.#idsAt = Array.from({ length: events }, (_, event) => this.#lastDigitsOf(eventId(event)))
  }

  /** The message for an append to a stream; `firstId` and those after it number its events. */
  message(stream: number, correlation: number, firstId: number): Buffer {
    const bytes = Buffer.from(this.#bytes)
    writeDigits(bytes, this.#correlationAt, correlation)
    writeDigits(bytes, this.#streamAt + STREAM.length - ID_DIGITS, stream)
    for (const [event, at] of this.#idsAt.entries()) writeDigits(bytes, at, firstId + event)
    return bytes
  }

  #lastDigitsOf(id: string): number {
    return this.#bytes.indexOf(id) + id.length - ID_DIGITS
  }
}

/** The number that ends a correlation id. */
export function correlationOf(id: string): number {
  return Number(id.slice(-ID_DIGITS))
}

const CORRELATION = 'c0ffee00-0000-4000-8000-000000000000'
const STREAM = 'account-000000000000'

function eventId(event: number): string {
  return `0e0e0e0e-0000-4000-8000-${String(event).padStart(ID_DIGITS, '0')}`
}

function writeDigits(bytes: Buffer, at: number, value: number): void {
  bytes.write(String(value).padStart(ID_DIGITS, '0'), at, 'latin1')
}

function requestOf(events: number): streams.BatchAppendReq {
  const identifier = new shared.StreamIdentifier()
  identifier.setStreamName(Buffer.from(STREAM))
  const options = new streams.BatchAppendReq.Options()
  options.setStreamIdentifier(identifier)
  options.setAny(new protobufEmpty.Empty())
  const request = new streams.BatchAppendReq()
  request.setCorrelationId(uuid(CORRELATION))
  request.setOptions(options)
  request.setIsFinal(true)
  for (let event = 0; event < events; event += 1) request.addProposedMessages(messageOf(event))
  return request
}

function messageOf(event: number): streams.BatchAppendReq.ProposedMessage {
  const message = new streams.BatchAppendReq.ProposedMessage()
  message.setId(uuid(eventId(event)))
  message.getMetadataMap().set('type', 'BetPlaced').set('content-type', 'application/json')
  message.setData(json(DATA_BYTES))
  message.setCustomMetadata(json(METADATA_BYTES))
  return message
}

function json(bytes: number): Buffer {
  const text = JSON.stringify({ padding: '' })
  return Buffer.from(JSON.stringify({ padding: 'p'.repeat(bytes - text.length) }))
}

function uuid(text: string): shared.UUID {
  const message = new shared.UUID()
  message.setString(text)
  return message
}
