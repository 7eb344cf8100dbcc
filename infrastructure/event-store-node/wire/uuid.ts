import { parseUuid, uuidText } from '../storage/uuid.ts'
import { shared } from './codecs.ts'
import { invalidArgument } from './rpc-error.ts'

/** The 16 bytes of a UUID in either of its two forms. Throws INVALID_ARGUMENT. */
export function uuidBytesIn(uuid: shared.UUID | undefined, field: string): Buffer {
  const structured = uuid?.getStructured()
  if (structured !== undefined) return structuredBytes(structured)
  const bytes = parseUuid(uuid?.getString() ?? '')
  if (bytes === undefined) throw invalidArgument(`${field} must be a UUID`)
  return bytes
}

/** A UUID message, in the form the client asked for. */
export function toUuid(bytes: Buffer, isStructured: boolean): shared.UUID {
  const uuid = new shared.UUID()
  if (!isStructured) {
    uuid.setString(uuidText(bytes))
    return uuid
  }
  const structured = new shared.UUID.Structured()
  structured.setMostSignificantBits(String(bytes.readBigInt64BE(0)))
  structured.setLeastSignificantBits(String(bytes.readBigInt64BE(8)))
  uuid.setStructured(structured)
  return uuid
}

function structuredBytes(structured: shared.UUID.Structured): Buffer {
  const bytes = Buffer.allocUnsafe(16)
  bytes.writeBigInt64BE(BigInt.asIntN(64, BigInt(structured.getMostSignificantBits())), 0)
  bytes.writeBigInt64BE(BigInt.asIntN(64, BigInt(structured.getLeastSignificantBits())), 8)
  return bytes
}
