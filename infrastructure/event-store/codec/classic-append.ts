import {
  fieldBytes,
  MalformedMessageError,
  MessageReader,
  MessageWriter,
} from '../../protobuf/index.ts'
import { appendTargetBytes, writeAppendTarget, type AppendTarget } from './append-options.ts'
import type { AppendOutcome } from './append-outcome.ts'
import { readAppendSuccess } from './append-success.ts'

const OPTIONS = 1
const PROPOSED_MESSAGE = 2

/** The messages of the call Append: the options, then each event of the batches by itself. */
export function* classicAppendRequests(
  target: AppendTarget,
  batches: readonly Buffer[],
): Generator<Buffer> {
  yield optionsRequest(target)
  for (const batch of batches) {
    const reader = new MessageReader(batch)
    while (reader.next()) yield proposedRequest(reader.bytes())
  }
}

function optionsRequest(target: AppendTarget): Buffer {
  const nameLength = Buffer.byteLength(target.stream)
  const length = appendTargetBytes(target, nameLength)
  const writer = new MessageWriter(fieldBytes(length))
  writer.messageField(OPTIONS, length)
  writeAppendTarget(writer, target, nameLength)
  return writer.finish()
}

/** The proposed messages of Append and of BatchAppend are alike, field for field. */
function proposedRequest(message: Buffer): Buffer {
  const writer = new MessageWriter(fieldBytes(message.length))
  writer.bytesField(PROPOSED_MESSAGE, message)
  return writer.finish()
}

const SUCCESS = 1
const WRONG_EXPECTED_VERSION = 2
const CURRENT_REVISION_20_6 = 1
const CURRENT_REVISION = 6

/**
 * Reads an AppendResp.
 *
 * @throws MalformedMessageError when the bytes are none, or tell no outcome
 */
export function readClassicAppendResponse(bytes: Buffer): AppendOutcome {
  const reader = new MessageReader(bytes)
  let outcome: AppendOutcome | undefined
  while (reader.next()) {
    if (reader.field === SUCCESS) outcome = readAppendSuccess(reader.message())
    else if (reader.field === WRONG_EXPECTED_VERSION) outcome = readWrong(reader.message())
    else reader.skip()
  }
  if (outcome === undefined) throw new MalformedMessageError('an append reply without result')
  return outcome
}

function readWrong(reader: MessageReader): AppendOutcome {
  let actual: bigint | undefined
  while (reader.next()) {
    if (reader.field === CURRENT_REVISION || reader.field === CURRENT_REVISION_20_6)
      actual = reader.bigVarint()
    else reader.skip()
  }
  return { kind: 'wrong-expected-revision', actual }
}
