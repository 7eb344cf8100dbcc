const VARINT = 0
const LENGTH_DELIMITED = 2

/**
 * Writes one protobuf message into a buffer whose size was worked out beforehand, so that every
 * byte is written once. Field numbers must be below 16, which is one byte of tag.
 * Wire format: https://protobuf.dev/programming-guides/encoding/
 */
export class MessageWriter {
  readonly #bytes: Buffer
  #offset = 0

  /** `size`: the exact size of the message. */
  constructor(size: number) {
    this.#bytes = Buffer.allocUnsafe(size)
  }

  /** The finished message. Throws when the size worked out was wrong. */
  finish(): Buffer {
    if (this.#offset !== this.#bytes.length) {
      throw new RangeError(`wrote ${this.#offset} bytes of ${this.#bytes.length}`)
    }
    return this.#bytes
  }

  /** A whole number from 0 to 2^53 - 1. */
  varintField(field: number, value: number): void {
    this.#bytes[this.#offset++] = (field << 3) | VARINT
    this.#varint(value)
  }

  /** A number from 0 to 2^64 - 1. */
  bigVarintField(field: number, value: bigint): void {
    this.#bytes[this.#offset++] = (field << 3) | VARINT
    let rest = value
    for (; rest > 0x7fn; rest >>= 7n) {
      this.#bytes[this.#offset++] = Number(rest & 0x7fn) | 0x80
    }
    this.#bytes[this.#offset++] = Number(rest)
  }

  /** The beginning of a message, of which `length` bytes must follow. */
  messageField(field: number, length: number): void {
    this.#bytes[this.#offset++] = (field << 3) | LENGTH_DELIMITED
    this.#varint(length)
  }

  bytesField(field: number, value: Uint8Array): void {
    this.messageField(field, value.length)
    this.#bytes.set(value, this.#offset)
    this.#offset += value.length
  }

  /** A text; `length` is its `Buffer.byteLength`. */
  textField(field: number, value: string, length: number): void {
    this.messageField(field, length)
    this.#bytes.write(value, this.#offset, length, 'utf8')
    this.#offset += length
  }

  /** Bytes that are encoded already, tag included. */
  encoded(bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.#offset)
    this.#offset += bytes.length
  }

  #varint(value: number): void {
    let rest = value
    while (rest >= 0x80) {
      this.#bytes[this.#offset++] = (rest % 0x80) | 0x80
      rest = Math.floor(rest / 0x80)
    }
    this.#bytes[this.#offset++] = rest
  }
}
