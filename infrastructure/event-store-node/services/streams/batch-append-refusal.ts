import { status as grpcStatus } from '@grpc/grpc-js'
import type { Message } from 'google-protobuf'
import { fieldBytes, MessageWriter } from '../../../protobuf/index.ts'
import { ANY, NO_STREAM, revisionText, STREAM_EXISTS } from '../../storage/revision.ts'
import type { ExpectedRevision } from '../../wire/append-options.ts'
import type { BatchAppendReference } from '../../wire/batch-append-success.ts'
import { code as rpcCode, protobufAny, protobufEmpty, shared, status } from '../../wire/codecs.ts'
import { type RpcError, wrongExpectedVersionText } from '../../wire/rpc-error.ts'

const { Code } = rpcCode

const CORRELATION_ID = 1
const ERROR = 2
const STREAM_IDENTIFIER = 4
/** Of the details of a deleted stream. */
const DELETED_STREAM = 1

interface WrongExpectedVersion {
  readonly streamName: string
  readonly expected: ExpectedRevision
  readonly current: number
}

/** The BatchAppendResp to an append that expected another revision. */
export function encodeBatchWrongExpectedVersion(
  append: BatchAppendReference,
  { streamName, expected, current }: WrongExpectedVersion,
): Buffer {
  const wrong = new shared.WrongExpectedVersion()
  if (current < 0) wrong.setCurrentNoStream(new protobufEmpty.Empty())
  else wrong.setCurrentStreamRevision(revisionText(current))
  if (expected === ANY) wrong.setExpectedAny(new protobufEmpty.Empty())
  else if (expected === STREAM_EXISTS) wrong.setExpectedStreamExists(new protobufEmpty.Empty())
  else if (expected === NO_STREAM) wrong.setExpectedNoStream(new protobufEmpty.Empty())
  else wrong.setExpectedStreamPosition(String(expected))
  const text = wrongExpectedVersionText(streamName, Number(expected), current)
  return encodeError(append, Code.ALREADY_EXISTS, text, 'WrongExpectedVersion', bytesOf(wrong))
}

/** The BatchAppendResp to an append that was refused for another reason. */
export function encodeBatchError(append: BatchAppendReference, error: RpcError): Buffer {
  const [name, details, code] = detailsOf(append, error)
  return encodeError(append, code, error.details, name, details)
}

/** The details that clients recognise an error by. */
function detailsOf(
  append: BatchAppendReference,
  error: RpcError,
): readonly [name: string, details: Uint8Array, code: rpcCode.Code] {
  const [exception] = error.metadata.get('exception')
  if (exception === 'stream-deleted') {
    return ['StreamDeleted', encodeStreamDeleted(append), Code.NOT_FOUND]
  }
  if (exception === 'access-denied') {
    return ['AccessDenied', bytesOf(new shared.AccessDenied()), Code.PERMISSION_DENIED]
  }
  if (exception === 'maximum-append-size-exceeded') {
    const exceeded = new shared.MaximumAppendSizeExceeded()
    exceeded.setMaxappendsize(Number(error.metadata.get('maximum-append-size')[0]))
    return ['MaximumAppendSizeExceeded', bytesOf(exceeded), Code.INVALID_ARGUMENT]
  }
  if (error.code === grpcStatus.DEADLINE_EXCEEDED) {
    return ['Timeout', bytesOf(new shared.Timeout()), Code.DEADLINE_EXCEEDED]
  }
  if (error.code === grpcStatus.INVALID_ARGUMENT) {
    const badRequest = new shared.BadRequest()
    badRequest.setMessage(error.details)
    return ['BadRequest', bytesOf(badRequest), Code.INVALID_ARGUMENT]
  }
  return ['Unknown', bytesOf(new shared.Unknown()), Code.UNKNOWN]
}

/** What the append itself has sent is repeated as it came: to read it again could only fail. */
function encodeError(
  { correlationId, streamIdentifier }: BatchAppendReference,
  code: rpcCode.Code,
  text: string,
  name: string,
  detailsBytes: Uint8Array,
): Buffer {
  const details = new protobufAny.Any()
  details.pack(detailsBytes, `event_store.client.${name}`)
  const error = new status.Status()
  error.setCode(code)
  error.setMessage(text)
  error.setDetails(details)
  const errorBytes = bytesOf(error)
  const writer = new MessageWriter(
    fieldBytes(correlationId.length) +
      fieldBytes(errorBytes.length) +
      fieldBytes(streamIdentifier.length),
  )
  writer.bytesField(CORRELATION_ID, correlationId)
  writer.bytesField(ERROR, errorBytes)
  writer.bytesField(STREAM_IDENTIFIER, streamIdentifier)
  return writer.finish()
}

function encodeStreamDeleted({ streamIdentifier }: BatchAppendReference): Buffer {
  const writer = new MessageWriter(fieldBytes(streamIdentifier.length))
  writer.bytesField(DELETED_STREAM, streamIdentifier)
  return writer.finish()
}

function bytesOf(message: Message): Uint8Array {
  return message.serializeBinary()
}
