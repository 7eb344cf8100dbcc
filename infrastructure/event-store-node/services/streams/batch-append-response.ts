import { status as grpcStatus } from '@grpc/grpc-js'
import type { Message } from 'google-protobuf'
import { revisionText } from '../../storage/revision.ts'
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

/** The answer to an append that is durable. */
export function batchSuccess(
  first: streams.BatchAppendReq,
  lastRevision: number,
  position: number,
): streams.BatchAppendResp {
  const place = new shared.AllStreamPosition()
  place.setCommitPosition(String(position))
  place.setPreparePosition(String(position))
  const success = new streams.BatchAppendResp.Success()
  success.setPosition(place)
  if (lastRevision < 0) success.setNoStream(new protobufEmpty.Empty())
  else success.setCurrentRevision(revisionText(lastRevision))
  const response = responseTo(first)
  response.setSuccess(success)
  return response
}

interface WrongExpectedVersion {
  readonly streamName: string
  readonly expectedRevision: number
  readonly current: number
}

/** The answer to an append that expected another revision. */
export function batchWrongExpectedVersion(
  first: streams.BatchAppendReq,
  { streamName, expectedRevision, current }: WrongExpectedVersion,
): streams.BatchAppendResp {
  const wrong = new shared.WrongExpectedVersion()
  if (current < 0) wrong.setCurrentNoStream(new protobufEmpty.Empty())
  else wrong.setCurrentStreamRevision(revisionText(current))
  const options = first.getOptions()
  if (options?.hasAny() === true) wrong.setExpectedAny(new protobufEmpty.Empty())
  else if (options?.hasStreamExists() === true)
    wrong.setExpectedStreamExists(new protobufEmpty.Empty())
  else if (options?.hasNoStream() === true) wrong.setExpectedNoStream(new protobufEmpty.Empty())
  else wrong.setExpectedStreamPosition(options?.getStreamPosition() ?? '0')
  const text = wrongExpectedVersionText(streamName, expectedRevision, current)
  return errorResponse(first, Code.ALREADY_EXISTS, text, 'WrongExpectedVersion', wrong)
}

/** The answer to an append that was refused for another reason. */
export function batchError(
  first: streams.BatchAppendReq,
  error: RpcError,
): streams.BatchAppendResp {
  const [name, message, code] = detailsOf(first, error)
  return errorResponse(first, code, error.details, name, message)
}

/** The details that clients recognise an error by. */
function detailsOf(
  first: streams.BatchAppendReq,
  error: RpcError,
): readonly [name: string, message: Message, code: rpcCode.Code] {
  const [exception] = error.metadata.get('exception')
  if (exception === 'stream-deleted') {
    const deleted = new shared.StreamDeleted()
    deleted.setStreamIdentifier(first.getOptions()?.getStreamIdentifier())
    return ['StreamDeleted', deleted, Code.NOT_FOUND]
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

function errorResponse(
  first: streams.BatchAppendReq,
  code: rpcCode.Code,
  text: string,
  name: string,
  message: Message,
): streams.BatchAppendResp {
  const details = new protobufAny.Any()
  details.pack(message.serializeBinary(), `event_store.client.${name}`)
  const error = new status.Status()
  error.setCode(code)
  error.setMessage(text)
  error.setDetails(details)
  const response = responseTo(first)
  response.setError(error)
  return response
}

function responseTo(first: streams.BatchAppendReq): streams.BatchAppendResp {
  const response = new streams.BatchAppendResp()
  response.setCorrelationId(first.getCorrelationId())
  const options = first.getOptions()
  response.setStreamIdentifier(options?.getStreamIdentifier() ?? new shared.StreamIdentifier())
  return response
}
