import type { AppendExpectedRevision } from '@eventstore/db-client'
import { describe, expect, it } from 'vitest'
import { failure, type Outcome, outcomeOf } from './errors.ts'
import { APPEND_PATHS, expecting, numbered } from './events.ts'
import { module } from './public-client.ts'
import { serveForTests } from './served.ts'
import { LAST_REVISION, type StreamState, streamThatIs } from './stream-states.ts'

const { ANY, NO_STREAM, STREAM_EXISTS, StreamDeletedError } = module
const served = serveForTests()

/** A number is the revision that the event gets. */
type Answer = bigint | 'conflict' | 'deleted'

/** An append of one new event to a stream of each state, whatever is expected of it. */
const CASES: readonly [StreamState, AppendExpectedRevision, Answer][] = [
  ['never written', ANY, 0n],
  ['never written', NO_STREAM, 0n],
  ['never written', STREAM_EXISTS, 'conflict'],
  ['never written', 0n, 'conflict'],
  ['empty with metadata', ANY, 0n],
  ['empty with metadata', NO_STREAM, 0n],
  ['empty with metadata', STREAM_EXISTS, 0n],
  ['empty with metadata', 0n, 'conflict'],
  ['live', ANY, 3n],
  ['live', NO_STREAM, 'conflict'],
  ['live', STREAM_EXISTS, 3n],
  ['live', 2n, 3n],
  ['live', 1n, 'conflict'],
  ['live', 3n, 'conflict'],
  ['soft-deleted', ANY, 3n],
  ['soft-deleted', NO_STREAM, 3n],
  ['soft-deleted', STREAM_EXISTS, 'deleted'],
  ['soft-deleted', 2n, 3n],
  ['soft-deleted', 1n, 'conflict'],
  ['soft-deleted', 3n, 'conflict'],
  ['undeleted', ANY, 4n],
  ['undeleted', NO_STREAM, 'conflict'],
  ['undeleted', STREAM_EXISTS, 4n],
  ['undeleted', 3n, 4n],
  ['undeleted', 2n, 'conflict'],
  ['undeleted', 4n, 'conflict'],
  ['tombstoned', ANY, 'deleted'],
  ['tombstoned', NO_STREAM, 'deleted'],
  ['tombstoned', STREAM_EXISTS, 'deleted'],
  ['tombstoned', 2n, 'deleted'],
  ['tombstoned', 1n, 'deleted'],
]

/** What the clients show of it. */
function outcome(
  answer: Answer,
  streamName: string,
  [state, expected]: readonly [StreamState, AppendExpectedRevision],
): Outcome<bigint> {
  if (typeof answer === 'bigint') return { done: answer }
  if (answer === 'deleted') return { deletedStream: streamName }
  const last = LAST_REVISION[state]
  return { conflict: { streamName, expected, actual: last < 0 ? NO_STREAM : BigInt(last) } }
}

describe.each(APPEND_PATHS)('what an append expects, by %s', (_, path) => {
  it.each(CASES)('of a stream that is %s: %s gives %s', async (state, expected, answer) => {
    const { client } = served
    const stream = await streamThatIs(state, client)
    const options = { ...path, ...expecting(expected) }
    const append = client.appendToStream(stream, numbered(1), options)
    const revision = append.then(({ nextExpectedRevision }) => nextExpectedRevision)
    expect(await outcomeOf(revision)).toEqual(outcome(answer, stream, [state, expected]))
  })

  it('that is not met leaves the stream as it was', async () => {
    const { client } = served
    const stream = await streamThatIs('live', client)
    await failure(client.appendToStream(stream, numbered(1), { ...path, ...expecting(NO_STREAM) }))
    const next = await client.appendToStream(stream, numbered(1), { ...path, ...expecting(2n) })
    expect(next.nextExpectedRevision).toBe(3n)
  })
})

describe('a client that does not throw when an append fails', () => {
  it('tells the revision that the stream has: classic append', async () => {
    const client = served.connect('&throwOnAppendFailure=false')
    const stream = await streamThatIs('live', client)
    const options = { ...APPEND_PATHS[1][1], ...expecting(NO_STREAM) }
    const refused = await client.appendToStream(stream, numbered(1), options)
    expect(refused).toMatchObject({ success: false, nextExpectedRevision: 2n })
  })

  it('tells that it failed, but not the revision: batch append', async () => {
    const client = served.connect('&throwOnAppendFailure=false')
    const stream = await streamThatIs('live', client)
    const refused = await client.appendToStream(stream, numbered(1), expecting(NO_STREAM))
    // Both clients make a number of the question whether there is a revision: 1 for yes.
    expect(refused).toMatchObject({ success: false, nextExpectedRevision: 1n })
    const none = await client.appendToStream(`${stream}-none`, numbered(1), expecting(5n))
    expect(none).toMatchObject({ success: false, nextExpectedRevision: -1n })
  })

  it('throws all the same when the stream is deleted for ever', async () => {
    const client = served.connect('&throwOnAppendFailure=false')
    const stream = await streamThatIs('tombstoned', client)
    for (const [, path] of APPEND_PATHS) {
      const append = client.appendToStream(stream, numbered(1), path)
      await expect(append).rejects.toThrow(StreamDeletedError)
    }
  })
})
