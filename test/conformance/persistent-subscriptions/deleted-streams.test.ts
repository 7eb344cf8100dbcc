import { expect, it } from 'vitest'
import { numbered, streamOf } from '../events.ts'
import { module } from '../public-client.ts'
import { serveForTests } from '../served.ts'
import { consume, GROUP, groupOn, streamSettings } from './groups.ts'

const { PersistentSubscriptionDroppedError } = module
const served = serveForTests()

it('a group on a deleted stream gives what comes after the deletion alone', async () => {
  const stream = await streamOf(served.client, 3)
  await served.client.deleteStream(stream)
  await served.client.createPersistentSubscriptionToStream(stream, GROUP, streamSettings())
  const consumer = await consume(served.client, stream)
  await served.client.appendToStream(stream, numbered(2, 3))
  expect(await consumer.process(2)).toEqual([3, 4])
})

it('a group goes on when its stream is deleted and used again', async () => {
  const stream = await groupOn(served.client, 2)
  const consumer = await consume(served.client, stream)
  await consumer.process(2)
  await served.client.deleteStream(stream)
  await served.client.appendToStream(stream, numbered(1, 2))
  expect(await consumer.process(1)).toEqual([2])
})

it('what the metadata hides is left out while a group catches up', async () => {
  const stream = await streamOf(served.client, 6)
  await served.client.setStreamMetadata(stream, { maxCount: 2 })
  await served.client.createPersistentSubscriptionToStream(stream, GROUP, streamSettings())
  const consumer = await consume(served.client, stream)
  expect(await consumer.process(2)).toEqual([4, 5])
})

it('a tombstone is given to a group that is live, as its last event', async () => {
  const stream = await groupOn(served.client, 1)
  const consumer = await consume(served.client, stream)
  await consumer.process(1)
  await served.client.tombstoneStream(stream)
  const last = await consumer.next()
  expect(last.event).toMatchObject({ type: '$streamDeleted', revision: 9223372036854775807n })
  await consumer.ack(last)
  expect(await consumer.within(1_200)).toEqual([])
})

it('a group that catches up on a tombstoned stream drops its subscribers', async () => {
  const stream = await streamOf(served.client, 1)
  await served.client.tombstoneStream(stream)
  await served.client.createPersistentSubscriptionToStream(stream, GROUP, streamSettings())
  const consumer = await consume(served.client, stream)
  expect(await consumer.error).toBeInstanceOf(PersistentSubscriptionDroppedError)
  const later = await consume(served.client, stream)
  expect(await later.error).toBeInstanceOf(PersistentSubscriptionDroppedError)
})
