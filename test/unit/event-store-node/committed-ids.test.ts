import { fc, test } from '@fast-check/vitest'
import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { CommittedIds } from '../../../infrastructure/event-store-node/storage/committed-ids.ts'

/** Few streams and ids, so that they meet often. */
const event = fc.record({ stream: fc.nat({ max: 2 }), id: fc.nat({ max: 6 }) })

function idOf(number: number): Buffer {
  return Buffer.alloc(16, number)
}

describe('the committed ids', () => {
  test.prop([fc.array(event, { maxLength: 60 }), fc.integer({ min: 1, max: 9 })])(
    'are those added last, each with its latest revision',
    (events, capacity) => {
      const ids = new CommittedIds(capacity)
      for (const [revision, { stream, id }] of events.entries()) {
        ids.add(stream, idOf(id), revision)
      }
      const kept = events.map((one, revision) => ({ ...one, revision })).slice(-capacity)
      for (let stream = 0; stream <= 2; stream += 1) {
        for (let id = 0; id <= 6; id += 1) {
          const latest = kept.findLast((one) => one.stream === stream && one.id === id)
          expect(ids.revisionOf(stream, idOf(id))).toBe(latest?.revision)
        }
      }
    },
  )

  it('differ in any of their bytes', () => {
    const ids = new CommittedIds(100)
    const id = randomBytes(16)
    ids.add(1, id, 5)
    for (let at = 0; at < 16; at += 1) {
      const other = Buffer.from(id)
      other.writeUInt8(id.readUInt8(at) ^ 1, at)
      expect(ids.revisionOf(1, other)).toBeUndefined()
    }
    expect(ids.revisionOf(1, id)).toBe(5)
  })

  it('hold tombstones and stream numbers beyond 32 bits', () => {
    const ids = new CommittedIds(10)
    ids.add(2 ** 40, idOf(1), 2 ** 63)
    expect(ids.revisionOf(2 ** 40, idOf(1))).toBe(2 ** 63)
    expect(ids.revisionOf(0, idOf(1))).toBeUndefined()
  })

  it.each([
    ['in one stream', () => 1],
    ['each in a stream of its own', (at: number) => at],
  ])('are taken in and found as quickly when all of them are equal: %s', (_, streamOf) => {
    const ids = new CommittedIds(30_000)
    const before = performance.now()
    let found = 0
    for (let at = 0; at < 90_000; at += 1) {
      ids.add(streamOf(at), idOf(1), at)
      if (ids.revisionOf(streamOf(at), idOf(1)) === at) found += 1
    }
    for (let at = 60_000; at < 90_000; at += 1) ids.revisionOf(streamOf(at), idOf(1))
    expect(performance.now() - before).toBeLessThan(1_000)
    expect(found).toBe(90_000)
  })

  it('are forgotten when they are cleared', () => {
    const ids = new CommittedIds(3)
    for (let id = 0; id < 7; id += 1) ids.add(1, idOf(id), id)
    ids.clear()
    expect(ids.revisionOf(1, idOf(6))).toBeUndefined()
    ids.add(1, idOf(6), 9)
    expect(ids.revisionOf(1, idOf(6))).toBe(9)
    expect(ids.revisionOf(1, idOf(5))).toBeUndefined()
  })
})
