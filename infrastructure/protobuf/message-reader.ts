const VARINT = 0
const FIXED_64 = 1
const LENGTH_DELIMITED = 2
const FIXED_32 = 5
const VARINT_BYTES_MAX = 10
/** Readers that keep a tag in 32 bits would see another field in what is above. */
const FIELD_MAX = 2 ** 29 - 1
/** So many bytes of a varint fit a number exactly. */
const SAFE_VARINT_BYTES = 7

/** Bytes that are not a protobuf message. */
export class MalformedMessageError extends Error {
  constructor(reason: string) {
    super(`malformed protobuf message: ${reason}`)
    this.name = 'MalformedMessageError'
  }
}

/**
 * Reads one protobuf message field by field, without copying: what it gives as bytes is a view of
 * the message. Every method throws `MalformedMessageError` rather than read beyond the end.
 * Wire format: https://protobuf.dev/programming-guides/encoding/
 *
 * ```
 * while (reader.next()) {
 *   if (reader.field === 1) name = reader.text()
 *   else reader.skip()
 * }
 * ```
 */
export class MessageReader {
  /** Number of the field that `next` has moved to. */
  field = 0
  readonly #bytes: Buffer
  #offset: number
  readonly #end: number
  #wireType = 0

  constructor(bytes: Buffer, start = 0, end = bytes.length) {
    this.#bytes = bytes
    this.#offset = start
    this.#end = end
  }

  /** Moves to the next field; false at the end of the message. The field must then be taken or skipped. */
  next(): boolean {
    if (this.#offset >= this.#end) return false
    const tag = this.#varint()
    this.field = Math.floor(tag / 8)
    this.#wireType = tag & 7
    if (this.field === 0 || this.field > FIELD_MAX) {
      throw new MalformedMessageError(`field number ${this.field}`)
    }
    return true
  }

  /** A varint as a number. Exact up to 2^53 - 1; for more use `bigVarint`. */
  varint(): number {
    this.#expect(VARINT)
    return this.#varint()
  }

  /** A varint as a 64-bit unsigned number. */
  bigVarint(): bigint {
    this.#expect(VARINT)
    let low = 0
    let scale = 1
    for (let index = 0; index < SAFE_VARINT_BYTES; index += 1) {
      const byte = this.#byte()
      low += (byte & 0x7f) * scale
      if (byte < 0x80) return BigInt(low)
      scale *= 0x80
    }
    return this.#highVarint(BigInt(low))
  }

  boolean(): boolean {
    return this.varint() !== 0
  }

  text(): string {
    const start = this.#delimited()
    return this.#bytes.toString('utf8', start, this.#offset)
  }

  /** A view of the message's own bytes. */
  bytes(): Buffer {
    const start = this.#delimited()
    return this.#bytes.subarray(start, this.#offset)
  }

  /** A message inside this one. */
  message(): MessageReader {
    const start = this.#delimited()
    return new MessageReader(this.#bytes, start, this.#offset)
  }

  /** Passes over the field, whatever it is. */
  skip(): void {
    if (this.#wireType === VARINT) this.#varint()
    else if (this.#wireType === LENGTH_DELIMITED) this.#delimited()
    else if (this.#wireType === FIXED_64) this.#advance(8)
    else if (this.#wireType === FIXED_32) this.#advance(4)
    else throw new MalformedMessageError(`unknown wire type ${this.#wireType}`)
  }

  /** Moves behind a length-delimited value and gives where it starts. */
  #delimited(): number {
    this.#expect(LENGTH_DELIMITED)
    const length = this.#varint()
    const start = this.#offset
    this.#advance(length)
    return start
  }

  #expect(wireType: number): void {
    if (this.#wireType === wireType) return
    throw new MalformedMessageError(`field ${this.field} has wire type ${this.#wireType}`)
  }

  #advance(count: number): void {
    if (count > this.#end - this.#offset) throw new MalformedMessageError('cut off')
    this.#offset += count
  }

  /** The rest of a varint that does not fit a number. */
  #highVarint(low: bigint): bigint {
    let value = low
    for (let index = SAFE_VARINT_BYTES; index < VARINT_BYTES_MAX; index += 1) {
      const byte = this.#byte()
      value |= BigInt(byte & 0x7f) << BigInt(7 * index)
      if (byte < 0x80) return BigInt.asUintN(64, value)
    }
    throw new MalformedMessageError('varint too long')
  }

  #varint(): number {
    let value = 0
    let scale = 1
    for (let index = 0; index < VARINT_BYTES_MAX; index += 1) {
      const byte = this.#byte()
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
      scale *= 0x80
    }
    throw new MalformedMessageError('varint too long')
  }

  #byte(): number {
    const byte = this.#offset < this.#end ? this.#bytes[this.#offset] : undefined
    if (byte === undefined) throw new MalformedMessageError('cut off')
    this.#offset += 1
    return byte
  }
}
