import {
  fieldBytes,
  MessageReader,
  MessageWriter,
  varintBytes,
} from '../../infrastructure/protobuf/index.ts'

/** Fields of BatchAppendReq, BatchAppendResp and what they hold (streams.proto of EventStoreDB). */
const REQUEST = { correlationId: 1, options: 2, isFinal: 4 } as const
const OPTIONS = { streamIdentifier: 1 } as const
const REPLY = { correlationId: 1, success: 3, streamIdentifier: 4 } as const
const SUCCESS = { currentRevision: 1, position: 3 } as const
const POSITION = { commit: 1, prepare: 2 } as const

/** Requests of one append may be spread over several messages. */
const INCOMPLETE_MAX = 1_024

/**
 * Acknowledges batch appends without looking at their events: whatever was sent is "stored" at the
 * next revision and position.
 */
export class NullReplies {
  readonly #streamIdentifiers = new Map<string, Buffer>()
  #appends = 0

  /** The reply to an append; none while more of it is to come. */
  to(request: Buffer): Buffer | undefined {
    const { correlationId, streamIdentifier, isFinal } = readRequest(request)
    const key =
      isFinal && this.#streamIdentifiers.size === 0 ? '' : correlationId.toString('latin1')
    const identifier = streamIdentifier ?? this.#streamIdentifiers.get(key)
    if (identifier === undefined) throw new Error('an append without options')
    if (!isFinal) {
      if (this.#streamIdentifiers.size >= INCOMPLETE_MAX) throw new Error('too many are incomplete')
      this.#streamIdentifiers.set(key, identifier)
      return undefined
    }
    this.#streamIdentifiers.delete(key)
    this.#appends += 1
    return success(correlationId, identifier, this.#appends)
  }
}

function readRequest(request: Buffer) {
  let correlationId: Buffer | undefined
  let streamIdentifier: Buffer | undefined
  let isFinal = false
  const reader = new MessageReader(request)
  while (reader.next()) {
    if (reader.field === REQUEST.correlationId) correlationId = reader.bytes()
    else if (reader.field === REQUEST.options)
      streamIdentifier = streamIdentifierIn(reader.message())
    else if (reader.field === REQUEST.isFinal) isFinal = reader.boolean()
    else reader.skip()
  }
  if (correlationId === undefined) throw new Error('an append without correlation id')
  return { correlationId, streamIdentifier, isFinal }
}

function streamIdentifierIn(options: MessageReader): Buffer | undefined {
  let identifier: Buffer | undefined
  while (options.next()) {
    if (options.field === OPTIONS.streamIdentifier) identifier = options.bytes()
    else options.skip()
  }
  return identifier
}

function success(correlationId: Buffer, streamIdentifier: Buffer, count: number): Buffer {
  const number = varintBytes(count)
  const positionLength = 2 * (1 + number)
  const successLength = 1 + number + fieldBytes(positionLength)
  const writer = new MessageWriter(
    fieldBytes(correlationId.length) +
      fieldBytes(successLength) +
      fieldBytes(streamIdentifier.length),
  )
  writer.bytesField(REPLY.correlationId, correlationId)
  writer.messageField(REPLY.success, successLength)
  writer.varintField(SUCCESS.currentRevision, count)
  writer.messageField(SUCCESS.position, positionLength)
  writer.varintField(POSITION.commit, count)
  writer.varintField(POSITION.prepare, count)
  writer.bytesField(REPLY.streamIdentifier, streamIdentifier)
  return writer.finish()
}
