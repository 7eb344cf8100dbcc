import { MessageReader } from '../../protobuf/index.ts'
import { ANY, NO_STREAM, STREAM_EXISTS } from '../storage/revision.ts'
import { mergedWith, skipMessage } from './encoded-message.ts'

/** Where an append goes, and until when it must have arrived. */
export interface AppendOptions {
  /** A StreamIdentifier message. */
  readonly streamIdentifier: Buffer | undefined
  readonly expected: ExpectedRevision | undefined
  readonly deadline: Deadline | undefined
}

/** An exact revision, or one of the numbers of revision.ts: ANY, NO_STREAM, STREAM_EXISTS. */
export type ExpectedRevision = bigint | number

/** A moment since 1970, or a time from now on. */
export interface Deadline {
  readonly kind: 'at' | 'after'
  readonly ms: number
}

/**
 * Reads AppendReq.Options and BatchAppendReq.Options, whose fields are the same, but that the first
 * has no deadline. Of several expected revisions or deadlines the last one counts.
 */
export function decodeAppendOptions(bytes: Buffer): AppendOptions {
  const reader = new MessageReader(bytes)
  let streamIdentifier: Buffer | undefined
  let expected: ExpectedRevision | undefined
  let deadline: { kind: Deadline['kind']; encoded: Buffer } | undefined
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        streamIdentifier = mergedWith(streamIdentifier, reader)
        break
      case 2:
        expected = reader.bigVarint()
        break
      case 3:
      case 4:
      case 5:
        expected = unlessExact(reader)
        break
      case 6:
        deadline = mergedDeadline('at', deadline, reader)
        break
      case 7:
        deadline = mergedDeadline('after', deadline, reader)
        break
      default:
        reader.skip()
    }
  }
  return {
    streamIdentifier,
    expected,
    deadline: deadline && { kind: deadline.kind, ms: millisecondsIn(deadline.encoded) },
  }
}

function unlessExact(reader: MessageReader): ExpectedRevision {
  const { field } = reader
  skipMessage(reader)
  if (field === 3) return NO_STREAM
  return field === 4 ? ANY : STREAM_EXISTS
}

function mergedDeadline(
  kind: Deadline['kind'],
  before: { kind: Deadline['kind']; encoded: Buffer } | undefined,
  reader: MessageReader,
) {
  return { kind, encoded: mergedWith(before?.kind === kind ? before.encoded : undefined, reader) }
}

/** Timestamp and Duration have the same fields: seconds and nanoseconds. */
function millisecondsIn(encoded: Buffer): number {
  const reader = new MessageReader(encoded)
  let seconds = 0
  let nanos = 0
  while (reader.next()) {
    if (reader.field === 1) seconds = Number(BigInt.asIntN(64, reader.bigVarint()))
    else if (reader.field === 2) nanos = Number(BigInt.asIntN(32, reader.bigVarint()))
    else reader.skip()
  }
  return seconds * 1_000 + nanos / 1_000_000
}
