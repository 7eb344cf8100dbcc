import { expect, it } from 'vitest'
import { failure } from '../errors.ts'
import { newStream, numbered } from '../events.ts'
import { module } from '../public-client.ts'
import { serveForTests } from '../served.ts'
import { allSettings, consume, GROUP, groupOn } from './groups.ts'
import { until } from './test-consumer.ts'

const { PersistentSubscriptionDoesNotExistError } = module
const served = serveForTests()

function infoOf(stream: string) {
  return served.client.getPersistentSubscriptionToStreamInfo(stream, GROUP)
}

it('tells of a group that has done nothing yet', async () => {
  const stream = await groupOn(served.client, 0)
  await until(async () => (await infoOf(stream)).status === 'Live', 'the group to be live')
  expect(await infoOf(stream)).toMatchObject({
    connections: [],
    stats: {
      averagePerSecond: 0,
      totalItems: 0n,
      countSinceLastMeasurement: 0n,
      readBufferCount: 0,
      liveBufferCount: 0n,
      retryBufferCount: 0,
      totalInFlightMessages: 0,
      outstandingMessagesCount: 0,
      parkedMessageCount: 0n,
      lastCheckpointedEventRevision: undefined,
      lastKnownEventRevision: undefined,
    },
  })
})

it('tells of a group at work: what waits, is in flight, was sent and is known', async () => {
  const stream = await groupOn(served.client, 30, { historyBufferSize: 12, readBatchSize: 5 })
  const consumer = await consume(served.client, stream, 4)
  const [first] = await consumer.take(4)
  if (first !== undefined) await consumer.ack(first)
  await consumer.take(1)
  const info = await infoOf(stream)
  expect(info.status).toBe('Behind')
  expect(info.stats).toMatchObject({
    totalItems: 5n,
    totalInFlightMessages: 4,
    outstandingMessagesCount: 4,
    retryBufferCount: 0,
    parkedMessageCount: 0n,
  })
  expect(info.stats.readBufferCount).toBeGreaterThan(0)
  expect(info.stats.readBufferCount).toBeLessThanOrEqual(12)
  expect(info.stats.lastKnownEventRevision).toBe(BigInt(info.stats.readBufferCount) + 4n)
  expect((await infoOf(stream)).stats.countSinceLastMeasurement).toBe(0n)
})

it('tells of each connection: its name, its user, its slots', async () => {
  const stream = await groupOn(served.client, 3)
  const client = served.connect('&connectionName=the-name')
  const consumer = await consume(client, stream, 5)
  await consumer.take(3)
  const { connections } = await infoOf(stream)
  expect(connections).toHaveLength(1)
  expect(connections[0]).toMatchObject({
    connectionName: 'the-name',
    username: 'anonymous',
    totalItems: 3n,
    countSinceLastMeasurement: 3n,
    availableSlots: 2,
    inFlightMessages: 3,
  })
  expect(connections[0]?.extraStatistics).toBeUndefined()
})

it('with extra statistics tells how long answers take', async () => {
  const stream = await groupOn(served.client, 10, { extraStatistics: true })
  const consumer = await consume(served.client, stream)
  await consumer.process(10)
  await until(
    async () => (await infoOf(stream)).stats.totalInFlightMessages === 0,
    'the events to be acknowledged',
  )
  const { connections } = await infoOf(stream)
  expect([...(connections[0]?.extraStatistics?.keys() ?? [])]).toEqual([
    'mean',
    'median',
    'fastest',
    'quintile 1',
    'quintile 2',
    'quintile 3',
    'quintile 4',
    'quintile 5',
    '90%',
    '95%',
    '99%',
    '99.5%',
    '99.9%',
    'highest',
  ])
})

it('tells of a group on $all by positions', async () => {
  const group = newStream('all')
  const limits = { checkPointLowerBound: 1, checkPointAfter: 100 }
  await served.client.createPersistentSubscriptionToAll(group, allSettings(limits), {
    filter: module.streamNameFilter({ prefixes: [group] }),
  })
  const { position } = await served.client.appendToStream(group, numbered(1))
  const lastKnown = async () =>
    (await served.client.getPersistentSubscriptionToAllInfo(group)).stats.lastKnownEventPosition
  await until(async () => (await lastKnown()) !== undefined, 'the event to be known')
  expect(await lastKnown()).toEqual(position)
})

it('is refused of a group that is not there', async () => {
  const stream = newStream('none')
  const error = await failure(infoOf(stream))
  expect(error).toBeInstanceOf(PersistentSubscriptionDoesNotExistError)
  expect(error).toMatchObject({ streamName: stream, groupName: GROUP })
})
