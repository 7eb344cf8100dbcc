import { describe, expect, it } from 'vitest'
import {
  decideAppend,
  type StreamForDecision,
} from '../../../infrastructure/event-store-node/storage/append-decision.ts'
import {
  ANY,
  NO_STREAM,
  STREAM_EXISTS,
  TOMBSTONE_REVISION,
} from '../../../infrastructure/event-store-node/storage/revision.ts'

/** A stream given by the letters of its events' ids: 'abc' has a at 0, b at 1 and c at 2. */
function stream(letters: string, extra: Partial<StreamForDecision> = {}): StreamForDecision {
  const ids = Array.from(letters, id)
  return {
    lastRevision: ids.length - 1,
    softDeleted: false,
    hasMetadata: false,
    idAt: (revision) => ids[revision],
    revisionOf: (wanted) => {
      const revision = ids.findLastIndex((known) => known.equals(wanted))
      return revision < 0 ? undefined : revision
    },
    ...extra,
  }
}

function id(letter: string): Buffer {
  return Buffer.alloc(16, letter)
}

const tombstoned = stream('', { lastRevision: TOMBSTONE_REVISION })
const softDeleted = stream('abc', { softDeleted: true, hasMetadata: true })
const onlyMetadata = stream('', { hasMetadata: true })
const append = { kind: 'append' }
const wrong = { kind: 'wrong-expected-revision' }
const deleted = { kind: 'stream-deleted' }
const idempotent = (lastRevision: number) => ({ kind: 'idempotent', lastRevision })

describe('the decision on an append', () => {
  it.each([
    ['any on a tombstoned stream', tombstoned, ANY, 'x', deleted],
    ['no-stream on a tombstoned stream', tombstoned, NO_STREAM, 'x', deleted],
    ['a revision on a tombstoned stream', tombstoned, 0, 'x', deleted],
    ['stream-exists on a deleted stream', softDeleted, STREAM_EXISTS, 'x', deleted],
    ['stream-exists on no stream', stream(''), STREAM_EXISTS, 'x', wrong],
    ['stream-exists with metadata alone', onlyMetadata, STREAM_EXISTS, 'x', append],
    ['stream-exists on a stream', stream('abc'), STREAM_EXISTS, 'x', append],
    ['stream-exists, same events', stream('abc'), STREAM_EXISTS, 'bc', idempotent(2)],
    ['any on no stream', stream(''), ANY, 'x', append],
    ['any, new events', stream('abc'), ANY, 'xy', append],
    ['any, same events', stream('abc'), ANY, 'ab', idempotent(1)],
    ['any, same last event', stream('abc'), ANY, 'c', idempotent(2)],
    ['any, known then new', stream('abc'), ANY, 'cx', wrong],
    ['any, new then known', stream('abc'), ANY, 'xa', append],
    ['any, no events', stream('abc'), ANY, '', append],
    ['any, no events, no stream', stream(''), ANY, '', append],
    ['any on a deleted stream', softDeleted, ANY, 'x', append],
    ['no-stream on no stream', stream(''), NO_STREAM, 'x', append],
    ['no-stream with metadata alone', onlyMetadata, NO_STREAM, 'x', append],
    ['no-stream, no events', stream(''), NO_STREAM, '', append],
    ['no-stream, other events', stream('abc'), NO_STREAM, 'x', wrong],
    ['no-stream, same events', stream('abc'), NO_STREAM, 'abc', idempotent(2)],
    ['no-stream, the first of them', stream('abc'), NO_STREAM, 'ab', idempotent(1)],
    ['no-stream, same and more', stream('abc'), NO_STREAM, 'abcd', wrong],
    ['no-stream, same and others', stream('abc'), NO_STREAM, 'abx', wrong],
    ['no-stream, not from the start', stream('abc'), NO_STREAM, 'bc', wrong],
    ['no-stream on a deleted stream', softDeleted, NO_STREAM, 'x', append],
    ['no-stream on a deleted one, same events', softDeleted, NO_STREAM, 'ab', idempotent(1)],
    ['no-stream on a deleted one, same, others', softDeleted, NO_STREAM, 'ax', wrong],
    ['the right revision', stream('abc'), 2, 'x', append],
    ['the right revision, an id used before', stream('abc'), 2, 'a', append],
    ['the right revision, no events', stream('abc'), 2, '', append],
    ['a revision ahead', stream('abc'), 3, 'x', wrong],
    ['a revision on no stream', stream(''), 0, 'x', wrong],
    ['a revision behind', stream('abc'), 1, 'x', wrong],
    ['a revision behind, no events', stream('abc'), 1, '', wrong],
    ['a revision behind, same events', stream('abc'), 0, 'bc', idempotent(2)],
    ['a revision behind, one of them', stream('abc'), 0, 'b', idempotent(1)],
    ['a revision behind, same and more', stream('abc'), 0, 'bcd', wrong],
    ['a revision behind on a deleted stream', softDeleted, 0, 'x', wrong],
    ['the last revision of a deleted stream', softDeleted, 2, 'x', append],
  ])('%s', (_, state, expected, letters, decision) => {
    expect(decideAppend(state, expected, Array.from(letters, id))).toEqual(decision)
  })
})
