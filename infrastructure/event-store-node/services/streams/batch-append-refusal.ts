import { status as grpcStatus } from '@grpc/grpc-js'
import type { Message } from 'google-protobuf'
import { ANY, NO_STREAM, revisionText, STREAM_EXISTS } from '../../storage/revision.ts'
import type { ExpectedRevision } from '../../wire/append-options.ts'
import type { BatchAppendReference } from '../../wire/batch-append-success.ts'
import {
  code as rpcCode,
  protobufAny,
  protobufEmpty,
  shared,
  status,
  streams,
} from '../../wire/codecs.ts'
import { type RpcError, wrongExpectedVersionText } from '../../wire/rpc-error.ts'

const { Code } = rpcCode

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
  return encodeError(append, Code.ALREADY_EXISTS, text, 'WrongExpectedVersion', wrong)
}

/** The BatchAppendResp to an append that was refused for another reason. */
export function encodeBatchError(append: BatchAppendReference, error: RpcError): Buffer {
  const [name, message, code] = detailsOf(append, error)
  return encodeError(append, code, error.details, name, message)
}

/** The details that clients recognise an error by. */
function detailsOf(
  append: BatchAppendReference,
  error: RpcError,
): readonly [name: string, message: Message, code: rpcCode.Code] {
  const [exception] = error.metadata.get('exception')
  if (exception === 'stream-deleted') {
    const deleted = new shared.StreamDeleted()
    deleted.setStreamIdentifier(streamIdentifierOf(append))
    return ['StreamDeleted', deleted, Code.NOT_FOUND]
  }
  if (exception === 'access-denied') {
    return ['AccessDenied', new shared.AccessDenied(), Code.PERMISSION_DENIED]
  }
  if (exception === 'maximum-append-size-exceeded') {
    const exceeded = new shared.MaximumAppendSizeExceeded()
    exceeded.setMaxappendsize(Number(error.metadata.get('maximum-append-size')[0]))
    return ['MaximumAppendSizeExceeded', exceeded, Code.INVALID_ARGUMENT]
  }
  if (error.code === grpcStatus.DEADLINE_EXCEEDED) {
    return ['Timeout', new shared.Timeout(), Code.DEADLINE_EXCEEDED]
  }
  if (error.code === grpcStatus.INVALID_ARGUMENT) {
    const badRequest = new shared.BadRequest()
    badRequest.setMessage(error.details)
    return ['BadRequest', badRequest, Code.INVALID_ARGUMENT]
  }
  return ['Unknown', new shared.Unknown(), Code.UNKNOWN]
}

function encodeError(
  append: BatchAppendReference,
  code: rpcCode.Code,
  text: string,
  name: string,
  message: Message,
): Buffer {
  const details = new protobufAny.Any()
  details.pack(message.serializeBinary(), `event_store.client.${name}`)
  const error = new status.Status()
  error.setCode(code)
  error.setMessage(text)
  error.setDetails(details)
  const response = new streams.BatchAppendResp()
  response.setCorrelationId(shared.UUID.deserializeBinary(append.correlationId))
  response.setStreamIdentifier(streamIdentifierOf(append))
  response.setError(error)
  return Buffer.from(response.serializeBinary())
}

function streamIdentifierOf({ streamIdentifier }: BatchAppendReference): shared.StreamIdentifier {
  return shared.StreamIdentifier.deserializeBinary(streamIdentifier)
}
