import { fieldBytes, type MessageWriter, varintBytes } from '../../protobuf/index.ts'
import type { ExpectedRevision } from '../port.ts'
import { streamIdentifierBytes, writeStreamIdentifier } from './stream-identifier.ts'

const STREAM_IDENTIFIER = 1
const REVISION = 2
const NO_STREAM = 3
const ANY = 4
const STREAM_EXISTS = 5
const EMPTY_MESSAGE = 0

/** Which stream is appended to, and how it must be. */
export interface AppendTarget {
  readonly stream: string
  readonly expectedRevision: ExpectedRevision
}

/** Bytes of the options that Append and BatchAppend have in common. */
export function appendTargetBytes({ expectedRevision }: AppendTarget, nameLength: number): number {
  return (
    fieldBytes(streamIdentifierBytes(nameLength)) +
    (typeof expectedRevision === 'bigint'
      ? 1 + bigVarintBytes(expectedRevision)
      : fieldBytes(EMPTY_MESSAGE))
  )
}

/** Writes the options that Append and BatchAppend have in common. */
export function writeAppendTarget(
  writer: MessageWriter,
  { stream, expectedRevision }: AppendTarget,
  nameLength: number,
): void {
  writeStreamIdentifier(writer, STREAM_IDENTIFIER, stream, nameLength)
  if (typeof expectedRevision === 'bigint') writer.bigVarintField(REVISION, expectedRevision)
  else writer.messageField(fieldOf(expectedRevision), EMPTY_MESSAGE)
}

function fieldOf(expectedRevision: Exclude<ExpectedRevision, bigint>): number {
  switch (expectedRevision) {
    case 'no-stream':
      return NO_STREAM
    case 'any':
      return ANY
    case 'stream-exists':
      return STREAM_EXISTS
  }
}

function bigVarintBytes(value: bigint): number {
  if (value <= Number.MAX_SAFE_INTEGER) return varintBytes(Number(value))
  let bytes = 0
  for (let rest = value; rest > 0n; rest >>= 7n) bytes += 1
  return bytes
}
