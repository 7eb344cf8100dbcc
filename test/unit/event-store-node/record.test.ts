import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import {
  CorruptRecordError,
  decodeRecord,
  encodeRecord,
} from '../../../infrastructure/event-store-node/storage/record.ts'

const bytes = (max: number) => fc.uint8Array({ maxLength: max }).map((array) => Buffer.from(array))
const proposed = fc.record({
  id: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((array) => Buffer.from(array)),
  type: fc.string({ minLength: 1, unit: 'grapheme', maxLength: 40 }),
  isJson: fc.boolean(),
  data: bytes(300),
  metadata: bytes(100),
})

describe('a record', () => {
  test.prop([proposed, fc.string({ unit: 'grapheme', minLength: 1 }), fc.maxSafeNat()])(
    'holds what was put into it',
    (event, streamName, revision) => {
      const record = encodeRecord(event, Buffer.from(streamName), revision, 1_700_000_000_123)
      expect(decodeRecord(42, record)).toEqual({
        ...event,
        position: 42,
        streamName,
        revision,
        createdMs: 1_700_000_000_123,
      })
    },
  )

  test.prop([proposed, fc.nat(), fc.integer({ min: 1, max: 255 })])(
    'is refused when any byte of it has changed',
    (event, place, change) => {
      const record = encodeRecord(event, Buffer.from('stream'), 3, 1_700_000_000_123)
      const index = place % record.length
      record.writeUInt8(record.readUInt8(index) ^ change, index)
      expect(() => decodeRecord(42, record)).toThrow(CorruptRecordError)
    },
  )

  it('is refused when it is cut short', () => {
    expect(() => decodeRecord(42, Buffer.alloc(20))).toThrow('position 42')
  })
})
