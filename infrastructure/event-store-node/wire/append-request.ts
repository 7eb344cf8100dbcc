import { MessageReader } from '../../protobuf/index.ts'
import { mergedWith } from './encoded-message.ts'

/** One request of a classic Append call; what is encoded still is read when it is needed. */
export interface AppendRequest {
  /** Read by `decodeAppendOptions`. */
  readonly options: Buffer | undefined
  /** Read by `decodeProposedEvent`. */
  readonly proposedMessage: Buffer | undefined
}

/** Reads an AppendReq. Throws `MalformedMessageError`. */
export function decodeAppendRequest(bytes: Buffer): AppendRequest {
  const reader = new MessageReader(bytes)
  let options: Buffer | undefined
  let proposedMessage: Buffer | undefined
  while (reader.next()) {
    if (reader.field === 1) {
      options = mergedWith(options, reader)
      proposedMessage = undefined
    } else if (reader.field === 2) {
      proposedMessage = mergedWith(proposedMessage, reader)
      options = undefined
    } else reader.skip()
  }
  return { options, proposedMessage }
}
