import { flawOfStreamName } from '../storage/stream-name.ts'
import { shared } from './codecs.ts'
import { invalidArgument } from './rpc-error.ts'

/** The stream name in an identifier. Throws INVALID_ARGUMENT when there is none. */
export function streamNameIn(identifier: shared.StreamIdentifier | undefined): string {
  const bytes = identifier?.getStreamName_asU8()
  if (bytes === undefined || bytes.length === 0) throw invalidArgument('stream name is required')
  return Buffer.from(bytes).toString('utf8')
}

/** The name of a stream to be written to. Throws INVALID_ARGUMENT when it cannot be one. */
export function writableStreamNameIn(identifier: shared.StreamIdentifier | undefined): string {
  const streamName = streamNameIn(identifier)
  const flaw = flawOfStreamName(streamName)
  if (flaw !== undefined) throw invalidArgument(flaw)
  return streamName
}

export function toStreamIdentifier(streamName: string): shared.StreamIdentifier {
  const identifier = new shared.StreamIdentifier()
  identifier.setStreamName(Buffer.from(streamName))
  return identifier
}
