import type { AppendExpectedRevision } from '@eventstore/db-client'
import { describe, expect, it } from 'vitest'
import { failure, type Outcome, outcomeOf } from './errors.ts'
import { collect, numbered, revisions, streamOf } from './events.ts'
import { module } from './public-client.ts'
import { serveForTests } from './served.ts'
import { LAST_REVISION, type StreamState, streamThatIs } from './stream-states.ts'

const { ANY, BACKWARDS, END, FORWARDS, NO_STREAM, START } = module
const { StreamDeletedError, StreamNotFoundError } = module
const served = serveForTests()

type Expected = Exclude<AppendExpectedRevision, 'stream_exists'>
type Answer = 'done' | 'conflict' | 'deleted'

/** Deleting and tombstoning a stream of each state; clients cannot expect that it exists. */
const CASES: readonly [StreamState, Expected, deleting: Answer, tombstoning: Answer][] = [
  ['never written', ANY, 'conflict', 'done'],
  ['never written', NO_STREAM, 'conflict', 'done'],
  ['never written', 0n, 'conflict', 'conflict'],
  ['empty with metadata', ANY, 'done', 'done'],
  ['empty with metadata', NO_STREAM, 'done', 'done'],
  ['empty with metadata', 0n, 'conflict', 'conflict'],
  ['live', ANY, 'done', 'done'],
  ['live', NO_STREAM, 'conflict', 'conflict'],
  ['live', 2n, 'done', 'done'],
  ['live', 1n, 'conflict', 'conflict'],
  ['live', 3n, 'conflict', 'conflict'],
  ['soft-deleted', ANY, 'done', 'done'],
  ['soft-deleted', NO_STREAM, 'done', 'done'],
  ['soft-deleted', 2n, 'done', 'done'],
  ['soft-deleted', 1n, 'conflict', 'conflict'],
  ['soft-deleted', 3n, 'conflict', 'conflict'],
  ['undeleted', ANY, 'done', 'done'],
  ['undeleted', NO_STREAM, 'conflict', 'conflict'],
  ['undeleted', 3n, 'done', 'done'],
  ['undeleted', 2n, 'conflict', 'conflict'],
  ['undeleted', 4n, 'conflict', 'conflict'],
  ['tombstoned', ANY, 'deleted', 'deleted'],
  ['tombstoned', NO_STREAM, 'deleted', 'deleted'],
  ['tombstoned', 2n, 'deleted', 'deleted'],
]

const TOMBSTONING = CASES.map(([state, expected, , answer]) => [state, expected, answer] as const)

/** What the clients show of it. The trailer of an error spells all expectations as numbers. */
function outcome(
  answer: Answer,
  streamName: string,
  [state, expected]: readonly [StreamState, Expected],
): Outcome<'done'> {
  if (answer === 'done') return { done: answer }
  if (answer === 'deleted') return { deletedStream: streamName }
  const last = LAST_REVISION[state]
  return {
    conflict: {
      streamName,
      expected: typeof expected === 'bigint' ? expected : { any: -2n, no_stream: -1n }[expected],
      actual: last < 0 ? NO_STREAM : BigInt(last),
    },
  }
}

describe('deleting a stream', () => {
  it.each(CASES)('that is %s, expecting %s: %s', async (state, expected, answer) => {
    const { client } = served
    const stream = await streamThatIs(state, client)
    const deletion = client.deleteStream(stream, { expectedRevision: expected })
    const done = deletion.then(() => 'done' as const)
    expect(await outcomeOf(done)).toEqual(outcome(answer, stream, [state, expected]))
  })

  it('lets it be read no more', async () => {
    const { client } = served
    const stream = await streamThatIs('soft-deleted', client)
    const error = await failure(collect(client.readStream(stream)))
    expect(error).toBeInstanceOf(StreamNotFoundError)
    expect(error).toMatchObject({ streamName: stream })
  })

  it('gives the position of the metadata that says so', async () => {
    const { client } = served
    const stream = await streamThatIs('live', client)
    const { position } = await client.deleteStream(stream)
    const [last] = await collect(client.readStream(`$$${stream}`))
    expect(last?.event).toMatchObject({ type: '$metadata', position })
  })

  it('races with appends without losing one', async () => {
    const { client } = served
    const stream = await streamOf(client, 1)
    const appends = Array.from({ length: 20 }, () => client.appendToStream(stream, numbered(1)))
    const deletes = Array.from({ length: 5 }, () => client.deleteStream(stream))
    await Promise.all([...appends, ...deletes])
    const last = await client.appendToStream(stream, numbered(1))
    expect(last.nextExpectedRevision).toBe(21n)
  })
})

describe('tombstoning a stream', () => {
  it.each(TOMBSTONING)('that is %s, expecting %s: %s', async (state, expected, answer) => {
    const { client } = served
    const stream = await streamThatIs(state, client)
    const tombstone = client.tombstoneStream(stream, { expectedRevision: expected })
    const done = tombstone.then(() => 'done' as const)
    expect(await outcomeOf(done)).toEqual(outcome(answer, stream, [state, expected]))
  })

  it('ends it for those who read it, whichever way', async () => {
    const { client } = served
    const stream = await streamThatIs('tombstoned', client)
    for (const [direction, fromRevision] of [
      [FORWARDS, START],
      [BACKWARDS, END],
    ] as const) {
      const error = await failure(collect(client.readStream(stream, { direction, fromRevision })))
      expect(error).toBeInstanceOf(StreamDeletedError)
      expect(error).toMatchObject({ streamName: stream })
    }
  })

  it('is the last event of it in $all, at the largest revision there is', async () => {
    const { client } = served
    const stream = await streamOf(client, 1)
    const { position } = await client.tombstoneStream(stream)
    const read = client.readAll({ fromPosition: position ?? START, maxCount: 1 })
    const [tombstone] = await collect(read)
    expect(tombstone?.event).toMatchObject({
      streamId: stream,
      type: '$streamDeleted',
      revision: 9_223_372_036_854_775_807n,
      position,
    })
  })

  it('leaves the metadata readable', async () => {
    const { client } = served
    const stream = await streamOf(client, 1)
    await client.setStreamMetadata(stream, { maxCount: 3 })
    await client.tombstoneStream(stream)
    expect((await client.getStreamMetadata(stream)).metadata).toEqual({ maxCount: 3 })
    expect(await revisions(client.readStream(`$$${stream}`))).toEqual([0])
  })

  it('lets nobody change the metadata any more', async () => {
    const { client } = served
    const stream = await streamThatIs('tombstoned', client)
    const change = client.setStreamMetadata(stream, { maxCount: 3 })
    await expect(change).rejects.toThrow(StreamDeletedError)
  })
})
