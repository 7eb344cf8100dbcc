import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import {
  positionKey,
  readUint64,
  revisionKey,
  revisionOfKey,
} from '../../../infrastructure/event-store-node/storage/keys.ts'
import {
  revisionText,
  TOMBSTONE_REVISION,
} from '../../../infrastructure/event-store-node/storage/revision.ts'

const number = fc.maxSafeNat()
const streamNumber = fc.nat({ max: 2 ** 48 - 2 })

describe('keys', () => {
  test.prop([number, number])('of positions sort as the positions do', (a, b) => {
    expect(Math.sign(positionKey(a).compare(positionKey(b)))).toBe(Math.sign(a - b))
  })

  test.prop([number])('of positions give them back', (position) => {
    expect(readUint64(positionKey(position), 0)).toBe(position)
  })

  test.prop([streamNumber, number, streamNumber, number])(
    'of revisions sort by stream, then by revision',
    (streamA, a, streamB, b) => {
      const order = revisionKey(streamA, a).compare(revisionKey(streamB, b))
      expect(Math.sign(order)).toBe(Math.sign(streamA - streamB || a - b))
    },
  )

  test.prop([streamNumber, number])('of tombstones come last in their stream', (stream, other) => {
    const tombstone = revisionKey(stream, TOMBSTONE_REVISION)
    expect(tombstone.compare(revisionKey(stream, other))).toBe(1)
    expect(tombstone.compare(revisionKey(stream + 1, 0))).toBe(-1)
    expect(revisionOfKey(tombstone)).toBe(TOMBSTONE_REVISION)
  })

  it('print a tombstone as the largest int64', () => {
    expect(revisionText(TOMBSTONE_REVISION)).toBe('9223372036854775807')
    expect(revisionText(7)).toBe('7')
  })
})
