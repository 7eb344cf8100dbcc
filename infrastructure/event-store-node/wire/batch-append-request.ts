import { MessageReader } from '../../protobuf/index.ts'
import { mergedWith } from './encoded-message.ts'

/** One request of a BatchAppend call. What is encoded still is read when it is needed. */
export interface BatchAppendRequest {
  /** A UUID message. */
  readonly correlationId: Buffer | undefined
  /** Read by `decodeAppendOptions`. */
  readonly options: Buffer | undefined
  /** Each read by `decodeProposedEvent`. */
  readonly proposedMessages: readonly Buffer[]
  readonly isFinal: boolean
}

/** Reads a BatchAppendReq. Throws `MalformedMessageError`. */
export function decodeBatchAppendRequest(bytes: Buffer): BatchAppendRequest {
  const reader = new MessageReader(bytes)
  const proposedMessages: Buffer[] = []
  let correlationId: Buffer | undefined
  let options: Buffer | undefined
  let isFinal = false
  while (reader.next()) {
    if (reader.field === 1) correlationId = mergedWith(correlationId, reader)
    else if (reader.field === 2) options = mergedWith(options, reader)
    else if (reader.field === 3) proposedMessages.push(reader.bytes())
    else if (reader.field === 4) isFinal = reader.boolean()
    else reader.skip()
  }
  return { correlationId, options, proposedMessages, isFinal }
}
