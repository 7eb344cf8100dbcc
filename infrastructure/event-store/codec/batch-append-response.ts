import { MalformedMessageError, MessageReader } from '../../protobuf/index.ts'
import { deletedForGood, tooLarge, type AppendOutcome } from './append-outcome.ts'
import { readAppendSuccess } from './append-success.ts'
import { readStreamIdentifier } from './stream-identifier.ts'
import { readUuid } from './uuid.ts'

const CORRELATION_ID = 1
const ERROR = 2
const SUCCESS = 3
const STREAM_IDENTIFIER = 4

export interface BatchAppendResponse {
  readonly correlationId: string
  readonly outcome: AppendOutcome
}

/**
 * Reads a BatchAppendResp.
 *
 * @throws MalformedMessageError when the bytes are none, or tell no outcome
 */
export function readBatchAppendResponse(bytes: Buffer): BatchAppendResponse {
  const reader = new MessageReader(bytes)
  let correlationId = ''
  let stream = ''
  let success: AppendOutcome | undefined
  let error: ErrorStatus | undefined
  while (reader.next()) {
    if (reader.field === CORRELATION_ID) correlationId = readUuid(reader.message())
    else if (reader.field === SUCCESS) success = readAppendSuccess(reader.message())
    else if (reader.field === STREAM_IDENTIFIER) stream = readStreamIdentifier(reader.message())
    else if (reader.field === ERROR) error = readStatus(reader.message())
    else reader.skip()
  }
  const outcome = success ?? (error && outcomeOf(error, stream))
  if (outcome === undefined) throw new MalformedMessageError('an append reply without result')
  return { correlationId, outcome }
}

/** google.rpc.Status, with the type of its details. */
interface ErrorStatus {
  readonly message: string
  readonly type: string
  readonly details: Buffer
}

const STATUS_MESSAGE = 2
const STATUS_DETAILS = 3
const ANY_TYPE = 1
const ANY_VALUE = 2

function readStatus(reader: MessageReader): ErrorStatus {
  let message = ''
  let type = ''
  let details = Buffer.alloc(0)
  while (reader.next()) {
    if (reader.field === STATUS_MESSAGE) message = reader.text()
    else if (reader.field === STATUS_DETAILS) {
      const any = reader.message()
      while (any.next()) {
        if (any.field === ANY_TYPE) type = any.text()
        else if (any.field === ANY_VALUE) details = Buffer.from(any.bytes())
        else any.skip()
      }
    } else reader.skip()
  }
  return { message, type: type.slice(type.lastIndexOf('/') + 1), details }
}

/** The types of details are those of EventStoreDB's shared.proto. */
function outcomeOf({ message, type, details }: ErrorStatus, stream: string): AppendOutcome {
  switch (type) {
    case 'event_store.client.WrongExpectedVersion':
      return { kind: 'wrong-expected-revision', actual: firstNumber(details) }
    case 'event_store.client.StreamDeleted':
      return { kind: 'refused', reason: deletedForGood(stream) }
    case 'event_store.client.MaximumAppendSizeExceeded':
      return { kind: 'refused', reason: tooLarge(String(firstNumber(details) ?? 0n)) }
    case 'event_store.client.AccessDenied':
      return { kind: 'refused', reason: 'access denied' }
    case 'event_store.client.BadRequest':
      return { kind: 'refused', reason: `BadRequest: ${message}` }
    default:
      return { kind: 'undecided', reason: message === '' ? type : message }
  }
}

/** Field 1 of both messages that have one: current_stream_revision, and maxAppendSize. */
function firstNumber(details: Buffer): bigint | undefined {
  const reader = new MessageReader(details)
  let value: bigint | undefined
  while (reader.next()) {
    if (reader.field === 1) value = reader.bigVarint()
    else reader.skip()
  }
  return value
}
