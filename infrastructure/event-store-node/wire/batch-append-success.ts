import { fieldBytes, MessageWriter, varintBytes } from '../../protobuf/index.ts'

/** What an answer repeats of the append it belongs to: messages as they came. */
export interface BatchAppendReference {
  /** A UUID. */
  readonly correlationId: Buffer
  /** A StreamIdentifier. */
  readonly streamIdentifier: Buffer
}

const CORRELATION_ID = 1
const SUCCESS = 3
const STREAM_IDENTIFIER = 4
/** Of the success. */
const CURRENT_REVISION = 1
const NO_STREAM = 2
const POSITION = 3
/** Of the position. */
const COMMIT = 1
const PREPARE = 2

/** A BatchAppendResp for an append that is durable. */
export function encodeBatchSuccess(
  { correlationId, streamIdentifier }: BatchAppendReference,
  lastRevision: number,
  position: number,
): Buffer {
  const isEmpty = lastRevision < 0
  const positionBytes = 2 * (1 + varintBytes(position))
  const successBytes =
    (isEmpty ? fieldBytes(0) : 1 + varintBytes(lastRevision)) + fieldBytes(positionBytes)
  const writer = new MessageWriter(
    fieldBytes(correlationId.length) +
      fieldBytes(successBytes) +
      fieldBytes(streamIdentifier.length),
  )
  writer.bytesField(CORRELATION_ID, correlationId)
  writer.messageField(SUCCESS, successBytes)
  if (isEmpty) writer.messageField(NO_STREAM, 0)
  else writer.varintField(CURRENT_REVISION, lastRevision)
  writer.messageField(POSITION, positionBytes)
  writer.varintField(COMMIT, position)
  writer.varintField(PREPARE, position)
  writer.bytesField(STREAM_IDENTIFIER, streamIdentifier)
  return writer.finish()
}
