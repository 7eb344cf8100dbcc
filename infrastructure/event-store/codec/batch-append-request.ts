import { fieldBytes, MessageWriter, varintBytes } from '../../protobuf/index.ts'
import { appendTargetBytes, writeAppendTarget, type AppendTarget } from './append-options.ts'

const CORRELATION_ID = 1
const OPTIONS = 2
const IS_FINAL = 4
const UUID_TEXT = 2
const UUID_LENGTH = 36
const CORRELATION_BYTES = fieldBytes(fieldBytes(UUID_LENGTH))
const IS_FINAL_BYTES = 2

const DEADLINE_AS_TIME = 6
const DEADLINE_AS_DURATION = 7
const SECONDS = 1
const NANOSECONDS = 2
const NANOSECONDS_PER_MS = 1_000_000

/**
 * When the server may give up: as a duration, or, for servers that do not know it (before 22.6), as
 * a time since the epoch by our clock.
 */
export interface AppendDeadline {
  readonly kind: 'duration' | 'time'
  readonly ms: number
}

/**
 * The requests that make one append: the options go with the first, the last is marked. Each
 * holds one of the batches, which are encoded proposed messages.
 */
export function batchAppendRequests(
  correlationId: string,
  target: AppendTarget,
  deadline: AppendDeadline,
  batches: readonly Buffer[],
): Buffer[] {
  const last = batches.length - 1
  return batches.map((batch, index) => {
    const options = index === 0 ? measureOptions(target, deadline) : undefined
    const writer = new MessageWriter(
      CORRELATION_BYTES +
        (options === undefined ? 0 : fieldBytes(options.bytes)) +
        batch.length +
        (index === last ? IS_FINAL_BYTES : 0),
    )
    writer.messageField(CORRELATION_ID, fieldBytes(UUID_LENGTH))
    writer.textField(UUID_TEXT, correlationId, UUID_LENGTH)
    if (options !== undefined) writeOptions(writer, target, options)
    writer.encoded(batch)
    if (index === last) writer.varintField(IS_FINAL, 1)
    return writer.finish()
  })
}

interface MeasuredOptions {
  readonly bytes: number
  readonly nameLength: number
  readonly deadlineField: number
  readonly deadlineBytes: number
  readonly seconds: number
  readonly nanoseconds: number
}

function measureOptions(target: AppendTarget, { kind, ms }: AppendDeadline): MeasuredOptions {
  const seconds = Math.floor(ms / 1_000)
  const nanoseconds = (ms - seconds * 1_000) * NANOSECONDS_PER_MS
  const nameLength = Buffer.byteLength(target.stream)
  const deadlineBytes = 1 + varintBytes(seconds) + 1 + varintBytes(nanoseconds)
  return {
    bytes: appendTargetBytes(target, nameLength) + fieldBytes(deadlineBytes),
    nameLength,
    deadlineField: kind === 'duration' ? DEADLINE_AS_DURATION : DEADLINE_AS_TIME,
    deadlineBytes,
    seconds,
    nanoseconds,
  }
}

function writeOptions(writer: MessageWriter, target: AppendTarget, options: MeasuredOptions): void {
  writer.messageField(OPTIONS, options.bytes)
  writeAppendTarget(writer, target, options.nameLength)
  writer.messageField(options.deadlineField, options.deadlineBytes)
  writer.varintField(SECONDS, options.seconds)
  writer.varintField(NANOSECONDS, options.nanoseconds)
}
