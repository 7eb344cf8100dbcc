import { describe, expect, it } from 'vitest'
import { failure } from '../errors.ts'
import { newStream, numbered, streamOf } from '../events.ts'
import { module } from '../public-client.ts'
import { serveForTests } from '../served.ts'
import { allSettings, checkpointStream, consume, GROUP, groupOn, streamSettings } from './groups.ts'
import { TestConsumer } from './test-consumer.ts'

const {
  END,
  PersistentSubscriptionDoesNotExistError,
  PersistentSubscriptionDroppedError,
  PersistentSubscriptionExistsError,
  PersistentSubscriptionFailedError,
  START,
} = module
const served = serveForTests()

const SETTINGS = {
  resolveLinkTos: true,
  extraStatistics: true,
  messageTimeout: 1_234,
  maxRetryCount: 7,
  checkPointAfter: 4_321,
  checkPointLowerBound: 3,
  checkPointUpperBound: 33,
  maxSubscriberCount: 5,
  liveBufferSize: 44,
  readBatchSize: 11,
  historyBufferSize: 55,
  consumerStrategyName: module.DISPATCH_TO_SINGLE,
} as const

function reasonOf(error: unknown): string {
  return String(Reflect.get(Object(error), 'reason'))
}

describe('creating a group', () => {
  it.each([
    ['start', START],
    ['end', END],
    ['a revision', 12n],
  ] as const)('on a stream keeps its settings, from %s', async (_, startFrom) => {
    const stream = newStream('settings')
    const settings = streamSettings({ ...SETTINGS, startFrom })
    await served.client.createPersistentSubscriptionToStream(stream, GROUP, settings)
    const info = await served.client.getPersistentSubscriptionToStreamInfo(stream, GROUP)
    expect(info).toMatchObject({ eventSource: stream, groupName: GROUP, settings })
  })

  it('on $all keeps its settings, from start, end and a position', async () => {
    const { position } = await served.client.appendToStream(newStream('some'), numbered(1))
    if (position === undefined) throw new Error('no position')
    for (const startFrom of [START, END, position] as const) {
      const group = newStream('all')
      const settings = allSettings({ ...SETTINGS, startFrom })
      await served.client.createPersistentSubscriptionToAll(group, settings)
      const info = await served.client.getPersistentSubscriptionToAllInfo(group)
      expect(info).toMatchObject({ eventSource: '$all', groupName: group, settings })
    }
  })

  it('is refused when it exists', async () => {
    const stream = await groupOn(served.client, 0)
    const again = served.client.createPersistentSubscriptionToStream(
      stream,
      GROUP,
      streamSettings(),
    )
    const error = await failure(again)
    expect(error).toBeInstanceOf(PersistentSubscriptionExistsError)
    expect(error).toMatchObject({ streamName: stream, groupName: GROUP })
    expect(String(error)).toContain(`Subscription group ${GROUP} on stream ${stream} exists.`)
  })

  it('is refused when a batch is not smaller than the buffer', async () => {
    const stream = newStream('batch')
    const settings = streamSettings({ readBatchSize: 20, historyBufferSize: 20 })
    const error = await failure(
      served.client.createPersistentSubscriptionToStream(stream, GROUP, settings),
    )
    expect(error).toBeInstanceOf(PersistentSubscriptionFailedError)
    expect(error).toMatchObject({ streamName: stream, groupName: GROUP })
    expect(reasonOf(error)).toContain('ReadBatchSize may not be greater than or equal')
  })

  it('is refused when a number is negative', async () => {
    const settings = streamSettings({ maxRetryCount: -1 })
    const stream = newStream('negative')
    const error = await failure(
      served.client.createPersistentSubscriptionToStream(stream, GROUP, settings),
    )
    expect(error).toMatchObject({ reason: 'maxRetryCount must not be negative' })
  })

  it('is refused on $all by its name as a stream', async () => {
    const error = await failure(
      served.client.createPersistentSubscriptionToStream('$all', GROUP, streamSettings()),
    )
    expect(error).toBeInstanceOf(PersistentSubscriptionFailedError)
    expect(error).toMatchObject({ streamName: '$all' })
  })

  it('is refused from a position that is not there, or is none', async () => {
    const far = { commit: 2n ** 50n, prepare: 2n ** 50n }
    const crossed = { commit: 10n, prepare: 20n }
    for (const [startFrom, reason] of [
      [far, 'must be less than or equal to the last commit position'],
      [crossed, 'prepare position must be less than or equal to the commit position'],
    ] as const) {
      const settings = allSettings({ startFrom })
      const group = newStream('position')
      const error = await failure(served.client.createPersistentSubscriptionToAll(group, settings))
      expect(error).toBeInstanceOf(PersistentSubscriptionFailedError)
      expect(reasonOf(error)).toContain(reason)
    }
  })

  it('is refused with a name that no stream could have', async () => {
    const group = 'x'.repeat(1_000)
    const error = await failure(
      served.client.createPersistentSubscriptionToStream('s', group, streamSettings()),
    )
    expect(error).toBeInstanceOf(PersistentSubscriptionFailedError)
  })

  it('makes it anew, whatever one of that name has left behind', async () => {
    const stream = await streamOf(served.client, 3)
    const left = module.jsonEvent({ type: '$SubscriptionCheckpoint', data: '1' })
    await served.client.appendToStream(checkpointStream(stream), left)
    await served.client.createPersistentSubscriptionToStream(stream, GROUP, streamSettings())
    const consumer = await consume(served.client, stream)
    expect(await consumer.process(3)).toEqual([0, 1, 2])
  })

  it('at the same time, many times, makes it once', async () => {
    const stream = newStream('race')
    const results = await Promise.allSettled(
      Array.from({ length: 8 }, () =>
        served.client.createPersistentSubscriptionToStream(stream, GROUP, streamSettings()),
      ),
    )
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })
})

describe('updating a group', () => {
  it('changes its settings and drops its subscribers', async () => {
    const stream = await groupOn(served.client, 1)
    const consumer = await consume(served.client, stream)
    const settings = streamSettings({ ...SETTINGS, startFrom: 2n })
    await served.client.updatePersistentSubscriptionToStream(stream, GROUP, settings)
    const error = await consumer.error
    expect(error).toBeInstanceOf(PersistentSubscriptionDroppedError)
    expect(error).toMatchObject({ streamName: stream, groupName: GROUP })
    const info = await served.client.getPersistentSubscriptionToStreamInfo(stream, GROUP)
    expect(info.settings).toEqual(settings)
  })

  it('without a checkpoint starts it again, from where the update says', async () => {
    const stream = await groupOn(served.client, 4)
    const consumer = await consume(served.client, stream)
    await consumer.process(4)
    const settings = streamSettings({ startFrom: 2n })
    await served.client.updatePersistentSubscriptionToStream(stream, GROUP, settings)
    const after = await consume(served.client, stream)
    expect(await after.process(2)).toEqual([2, 3])
  })

  it('of $all keeps its filter', async () => {
    const [group, wanted] = [newStream('filtered'), newStream('wanted')]
    const filter = module.streamNameFilter({ prefixes: [wanted] })
    await served.client.createPersistentSubscriptionToAll(group, allSettings(), { filter })
    await served.client.updatePersistentSubscriptionToAll(group, allSettings({ maxRetryCount: 1 }))
    await served.client.appendToStream(newStream('other'), numbered(3))
    await served.client.appendToStream(wanted, numbered(1))
    const consumer = new TestConsumer(served.client.subscribeToPersistentSubscriptionToAll(group))
    expect((await consumer.next()).event?.streamId).toBe(wanted)
    expect(await consumer.within(200)).toEqual([])
  })

  it('is refused when it is not there', async () => {
    const stream = newStream('none')
    const error = await failure(
      served.client.updatePersistentSubscriptionToStream(stream, GROUP, streamSettings()),
    )
    expect(error).toBeInstanceOf(PersistentSubscriptionDoesNotExistError)
    expect(error).toMatchObject({ streamName: stream, groupName: GROUP })
  })

  it('with wrong settings is refused and changes nothing', async () => {
    const stream = await groupOn(served.client, 1)
    const consumer = await consume(served.client, stream)
    const settings = streamSettings({ readBatchSize: 9, historyBufferSize: 9 })
    const error = await failure(
      served.client.updatePersistentSubscriptionToStream(stream, GROUP, settings),
    )
    expect(error).toBeInstanceOf(PersistentSubscriptionFailedError)
    expect(await consumer.process(1)).toEqual([0])
  })
})

describe('deleting a group', () => {
  it('drops its subscribers, as it does not exist any more', async () => {
    const stream = await groupOn(served.client, 1)
    const consumer = await consume(served.client, stream)
    await served.client.deletePersistentSubscriptionToStream(stream, GROUP)
    const error = await consumer.error
    expect(error).toBeInstanceOf(PersistentSubscriptionDoesNotExistError)
    expect(error).toMatchObject({ streamName: stream, groupName: GROUP })
  })

  it('forgets how far it has come and what it has parked', async () => {
    const early = { checkPointLowerBound: 1, checkPointUpperBound: 1 }
    const stream = await groupOn(served.client, 3, early)
    const consumer = await consume(served.client, stream)
    const [first, ...others] = await consumer.take(3)
    if (first !== undefined) await consumer.nack(module.PARK, first)
    await consumer.ack(...others)
    await served.client.deletePersistentSubscriptionToStream(stream, GROUP)
    await served.client.createPersistentSubscriptionToStream(stream, GROUP, streamSettings(early))
    const info = await served.client.getPersistentSubscriptionToStreamInfo(stream, GROUP)
    expect(info.stats).toMatchObject({ parkedMessageCount: 0n })
    const again = await consume(served.client, stream)
    expect(await again.process(3)).toEqual([0, 1, 2])
    await served.restart()
    const later = await consume(served.client, stream)
    expect(await later.within(300)).toEqual([])
  })

  it('of $all works by its own call', async () => {
    const group = newStream('all')
    await served.client.createPersistentSubscriptionToAll(group, allSettings())
    await served.client.deletePersistentSubscriptionToAll(group)
    const error = await failure(served.client.getPersistentSubscriptionToAllInfo(group))
    expect(error).toBeInstanceOf(PersistentSubscriptionDoesNotExistError)
    expect(error).toMatchObject({ streamName: '$all', groupName: group })
  })

  it('is refused when it is not there', async () => {
    const stream = newStream('none')
    const error = await failure(served.client.deletePersistentSubscriptionToStream(stream, GROUP))
    expect(error).toBeInstanceOf(PersistentSubscriptionDoesNotExistError)
  })
})

describe('listing groups', () => {
  it('tells those of a stream, of $all, and all of them', async () => {
    const { client } = served
    const stream = await groupOn(client, 0)
    await client.createPersistentSubscriptionToStream(stream, 'second', streamSettings())
    const group = newStream('all')
    await client.createPersistentSubscriptionToAll(group, allSettings())
    const ofStream = await client.listPersistentSubscriptionsToStream(stream)
    expect(ofStream.map(({ groupName }) => groupName)).toEqual([GROUP, 'second'])
    const ofAll = await client.listPersistentSubscriptionsToAll()
    expect(ofAll.map(({ groupName }) => groupName)).toContain(group)
    expect(new Set(ofAll.map(({ eventSource }) => eventSource))).toEqual(new Set(['$all']))
    const all = await client.listAllPersistentSubscriptions()
    expect(all.length).toBeGreaterThanOrEqual(ofStream.length + ofAll.length)
  })

  it('of a stream without any is refused', async () => {
    const stream = await streamOf(served.client, 1)
    const error = await failure(served.client.listPersistentSubscriptionsToStream(stream))
    expect(error).toBeInstanceOf(PersistentSubscriptionDoesNotExistError)
  })
})

describe('restarting the subsystem', () => {
  it('drops all subscribers and goes on from where the groups were', async () => {
    const stream = await groupOn(served.client, 4)
    const consumer = await consume(served.client, stream, 4)
    await consumer.process(2)
    await served.client.getPersistentSubscriptionToStreamInfo(stream, GROUP)
    await served.client.restartPersistentSubscriptionSubsystem()
    expect(await consumer.error).toBeInstanceOf(PersistentSubscriptionDroppedError)
    const after = await consume(served.client, stream)
    expect(await after.process(2)).toEqual([2, 3])
  })
})
