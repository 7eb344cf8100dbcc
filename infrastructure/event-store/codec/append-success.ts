import { MalformedMessageError, type MessageReader } from '../../protobuf/index.ts'
import type { AppendOutcome } from './append-outcome.ts'

const CURRENT_REVISION = 1
const POSITION = 3
const COMMIT_POSITION = 1

/** Reads the message Success, which AppendResp and BatchAppendResp both have. */
export function readAppendSuccess(reader: MessageReader): AppendOutcome {
  let revision: bigint | undefined
  let position: bigint | undefined
  while (reader.next()) {
    if (reader.field === CURRENT_REVISION) revision = reader.bigVarint()
    else if (reader.field === POSITION) position = readCommitPosition(reader.message())
    else reader.skip()
  }
  if (revision === undefined) throw new MalformedMessageError('a success without revision')
  return { kind: 'stored', revision, position }
}

function readCommitPosition(reader: MessageReader): bigint {
  let position = 0n
  while (reader.next()) {
    if (reader.field === COMMIT_POSITION) position = reader.bigVarint()
    else reader.skip()
  }
  return position
}
