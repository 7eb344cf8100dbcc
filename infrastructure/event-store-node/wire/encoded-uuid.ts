import { MessageReader, MessageWriter, varintBytes } from '../../protobuf/index.ts'
import { parseUuid, uuidText } from '../storage/uuid.ts'
import { mergedWith } from './encoded-message.ts'
import { invalidArgument } from './rpc-error.ts'

const UUID_BYTES = 16
const TEXT_BYTES = 36
/** Field 2 of the message, and nothing but it: how clients send a UUID as text. */
const TEXT_TAG = 0x12
const DASH = 0x2d
/** Where the two digits of each byte are in the text. */
const DIGITS_AT = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34]
const DASHES_AT = [8, 13, 18, 23]
const NO_DIGIT = 0x80
const DIGITS = Uint8Array.from({ length: 256 }, (_, code) => digitOf(String.fromCharCode(code)))

/** The 16 bytes of an encoded UUID message in either of its two forms. Throws INVALID_ARGUMENT. */
export function decodeUuid(encoded: Buffer | undefined, field: string): Buffer {
  const bytes = fromPlainText(encoded) ?? fromAnyForm(encoded)
  if (bytes === undefined) throw invalidArgument(`${field} must be a UUID`)
  return bytes
}

/** The bytes of a UUID message, in the form the client asked for. */
export function encodeUuid(bytes: Buffer, isStructured: boolean): Buffer {
  if (!isStructured) {
    const writer = new MessageWriter(TEXT_BYTES + 2)
    writer.textField(2, uuidText(bytes), TEXT_BYTES)
    return writer.finish()
  }
  const most = bytes.readBigUInt64BE(0)
  const least = bytes.readBigUInt64BE(8)
  const size = 2 + bigVarintBytes(most) + bigVarintBytes(least)
  const writer = new MessageWriter(1 + varintBytes(size) + size)
  writer.messageField(1, size)
  writer.bigVarintField(1, most)
  writer.bigVarintField(2, least)
  return writer.finish()
}

function fromPlainText(encoded: Buffer | undefined): Buffer | undefined {
  if (encoded?.length !== TEXT_BYTES + 2) return undefined
  if (encoded[0] !== TEXT_TAG || encoded[1] !== TEXT_BYTES) return undefined
  for (const at of DASHES_AT) if (encoded[at + 2] !== DASH) return undefined
  const bytes = Buffer.allocUnsafe(UUID_BYTES)
  let seen = 0
  for (let index = 0; index < UUID_BYTES; index += 1) {
    const at = (DIGITS_AT[index] ?? 0) + 2
    const high = DIGITS[encoded[at] ?? 0] ?? NO_DIGIT
    const low = DIGITS[encoded[at + 1] ?? 0] ?? NO_DIGIT
    bytes[index] = (high << 4) | low
    seen |= high | low
  }
  return seen < NO_DIGIT ? bytes : undefined
}

/** The last form in the message counts. */
function fromAnyForm(encoded: Buffer | undefined): Buffer | undefined {
  if (encoded === undefined) return undefined
  const reader = new MessageReader(encoded)
  let text: string | undefined
  let structured: Buffer | undefined
  while (reader.next()) {
    if (reader.field === 1) {
      structured = mergedWith(structured, reader)
      text = undefined
    } else if (reader.field === 2) {
      text = reader.text()
      structured = undefined
    } else reader.skip()
  }
  if (structured !== undefined) return fromNumbers(structured)
  return text === undefined ? undefined : parseUuid(text)
}

function fromNumbers(encoded: Buffer): Buffer {
  const reader = new MessageReader(encoded)
  const bytes = Buffer.alloc(UUID_BYTES)
  while (reader.next()) {
    if (reader.field === 1) bytes.writeBigUInt64BE(reader.bigVarint(), 0)
    else if (reader.field === 2) bytes.writeBigUInt64BE(reader.bigVarint(), 8)
    else reader.skip()
  }
  return bytes
}

function bigVarintBytes(value: bigint): number {
  let bytes = 1
  for (let rest = value >> 7n; rest > 0n; rest >>= 7n) bytes += 1
  return bytes
}

function digitOf(character: string): number {
  const digit = /^[\da-f]$/i.test(character) ? Number.parseInt(character, 16) : Number.NaN
  return Number.isNaN(digit) ? NO_DIGIT : digit
}
