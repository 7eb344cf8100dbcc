import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import protobuf from 'google-protobuf'
import {
  fieldBytes,
  MalformedMessageError,
  MessageReader,
  MessageWriter,
  varintBytes,
} from '../../../infrastructure/protobuf/index.ts'

const field = fc.integer({ min: 1, max: 15 })
const wholeNumber = fc.oneof(
  fc.maxSafeNat(),
  fc.nat({ max: 63 }).map((bits) => Math.min(2 ** bits, Number.MAX_SAFE_INTEGER)),
)

describe('a message', () => {
  test.prop([field, wholeNumber])('holds numbers', (number, value) => {
    const writer = new MessageWriter(1 + varintBytes(value))
    writer.varintField(number, value)
    const reader = new MessageReader(writer.finish())
    expect(reader.next()).toBe(true)
    expect([reader.field, reader.varint(), reader.next()]).toEqual([number, value, false])
  })

  test.prop([field, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })])(
    'holds 64-bit numbers as other codecs write them',
    (number, value) => {
      const other = new protobuf.BinaryWriter()
      other.writeUint64String(number, String(value))
      const bytes = Buffer.from(other.getResultBuffer())
      const writer = new MessageWriter(bytes.length)
      writer.bigVarintField(number, value)
      expect(writer.finish()).toEqual(bytes)
      const reader = new MessageReader(bytes)
      reader.next()
      expect(reader.bigVarint()).toBe(value)
    },
  )

  test.prop([field, fc.string({ unit: 'binary' }), field, fc.uint8Array({ maxLength: 300 })])(
    'holds texts and bytes as other codecs write them',
    (first, text, second, data) => {
      const other = new protobuf.BinaryWriter()
      other.writeString(first, text)
      other.writeBytes(second, data)
      const length = Buffer.byteLength(text)
      const writer = new MessageWriter(fieldBytes(length) + fieldBytes(data.length))
      writer.textField(first, text, length)
      writer.bytesField(second, data)
      const bytes = writer.finish()
      expect(bytes).toEqual(Buffer.from(other.getResultBuffer()))
      const reader = new MessageReader(bytes)
      reader.next()
      expect(reader.text()).toBe(text)
      reader.next()
      expect(Uint8Array.from(reader.bytes())).toEqual(data)
    },
  )

  it('passes over fields it does not know, of every wire type', () => {
    const other = new protobuf.BinaryWriter()
    other.writeFixed64(1, 7)
    other.writeFixed32(2, 7)
    other.writeUint64String(3, '18446744073709551615')
    other.writeString(400, 'unknown')
    other.writeBool(5, true)
    const reader = new MessageReader(Buffer.from(other.getResultBuffer()))
    let found = false
    while (reader.next()) {
      if (reader.field === 5) found = reader.boolean()
      else reader.skip()
    }
    expect(found).toBe(true)
  })

  test.prop([fc.uint8Array({ maxLength: 60 })])('of any bytes is read or refused', (bytes) => {
    const reader = new MessageReader(Buffer.from(bytes))
    try {
      while (reader.next()) reader.skip()
    } catch (error) {
      expect(error).toBeInstanceOf(MalformedMessageError)
    }
  })

  it.each([2 ** 29, 2 ** 31, 2 ** 40])('has no field of a number like %d', (number) => {
    const tag = number * 8
    const writer = new MessageWriter(1 + varintBytes(tag))
    writer.varintField(1, tag)
    const reader = new MessageReader(writer.finish().subarray(1))
    expect(() => reader.next()).toThrow(MalformedMessageError)
  })

  it('inside another one cannot be read beyond its end', () => {
    const outer = new MessageReader(Buffer.from([0x0a, 2, 0x0a, 5, 1, 2, 3, 4, 5]))
    outer.next()
    const inner = outer.message()
    inner.next()
    expect(() => inner.bytes()).toThrow(/cut off/)
  })

  it('of another size than was worked out is refused', () => {
    const writer = new MessageWriter(5)
    writer.varintField(1, 1)
    expect(() => writer.finish()).toThrow(RangeError)
  })
})
