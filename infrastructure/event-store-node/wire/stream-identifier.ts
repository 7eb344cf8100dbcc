import { MessageReader } from '../../protobuf/index.ts'
import { flawOfStreamName } from '../storage/stream-name.ts'
import { shared } from './codecs.ts'
import { invalidArgument, type RpcError } from './rpc-error.ts'

const STREAM_NAME = 3
const NOTHING = Buffer.alloc(0)

/** The name in an encoded StreamIdentifier of a stream to be written to. Throws INVALID_ARGUMENT. */
export function decodeWritableStreamName(encoded: Buffer | undefined): string {
  let streamName: Buffer | undefined
  const reader = new MessageReader(encoded ?? NOTHING)
  while (reader.next()) {
    if (reader.field === STREAM_NAME) streamName = reader.bytes()
    else reader.skip()
  }
  if (streamName === undefined || streamName.length === 0) throw missingStreamName()
  return writable(streamName.toString('utf8'))
}

/** The stream name in an identifier. Throws INVALID_ARGUMENT when there is none. */
export function streamNameIn(identifier: shared.StreamIdentifier | undefined): string {
  const bytes = identifier?.getStreamName_asU8()
  if (bytes === undefined || bytes.length === 0) throw missingStreamName()
  return Buffer.from(bytes).toString('utf8')
}

/** The name of a stream to be written to. Throws INVALID_ARGUMENT when it cannot be one. */
export function writableStreamNameIn(identifier: shared.StreamIdentifier | undefined): string {
  return writable(streamNameIn(identifier))
}

function writable(streamName: string): string {
  const flaw = flawOfStreamName(streamName)
  if (flaw !== undefined) throw invalidArgument(flaw)
  return streamName
}

export function toStreamIdentifier(streamName: string): shared.StreamIdentifier {
  const identifier = new shared.StreamIdentifier()
  identifier.setStreamName(Buffer.from(streamName))
  return identifier
}

function missingStreamName(): RpcError {
  return invalidArgument('stream name is required')
}
