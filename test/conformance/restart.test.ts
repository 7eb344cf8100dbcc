import { expect, it } from 'vitest'
import { failure, outcomeOf } from './errors.ts'
import { collect, expecting, newStream, numbered, revisions, userEvents } from './events.ts'
import { module } from './public-client.ts'
import { serveForTests } from './served.ts'
import { streamThatIs } from './stream-states.ts'

const { ANY, NO_STREAM, StreamNotFoundError } = module
const served = serveForTests()

it('a restart changes nothing of events, deletions, retention, retries and positions', async () => {
  const [tombstoned, softDeleted, undeleted] = [
    await streamThatIs('tombstoned', served.client),
    await streamThatIs('soft-deleted', served.client),
    await streamThatIs('undeleted', served.client),
  ]
  const cut = newStream('cut')
  await served.client.appendToStream(cut, numbered(5))
  await served.client.setStreamMetadata(cut, { maxCount: 2, own: 'x' })
  const [retried, events] = [newStream('retried'), numbered(3)]
  await served.client.appendToStream(retried, events)
  await served.client.appendToStream(retried, numbered(2))

  const seen = async () => {
    const { client } = served
    return {
      tombstoned: await outcomeOf(client.appendToStream(tombstoned, numbered(1))),
      softDeleted: await failure(collect(client.readStream(softDeleted))),
      undeleted: await revisions(client.readStream(undeleted)),
      cut: await revisions(client.readStream(cut)),
      metadata: await client.getStreamMetadata(cut),
      retriedAny: await client.appendToStream(retried, events, expecting(ANY)),
      retriedNoStream: await client.appendToStream(retried, events, expecting(NO_STREAM)),
      all: await userEvents(client),
    }
  }
  const before = await seen()
  await served.restart()
  expect(await seen()).toEqual(before)

  expect(before).toMatchObject({
    tombstoned: { deletedStream: tombstoned },
    undeleted: [3],
    cut: [3, 4],
    metadata: { metadata: { maxCount: 2, own: 'x' } },
    retriedAny: { nextExpectedRevision: 2n },
  })
  expect(before.softDeleted).toBeInstanceOf(StreamNotFoundError)
  const { position } = await served.client.appendToStream(newStream('after'), numbered(1))
  expect(position?.commit).toBeGreaterThan(before.all.at(-1)?.position.commit ?? 0n)
})
