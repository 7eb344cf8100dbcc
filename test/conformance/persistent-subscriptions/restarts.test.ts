import { describe, expect, it } from 'vitest'
import { collect, newStream, numbered } from '../events.ts'
import { module } from '../public-client.ts'
import { serveForTests } from '../served.ts'
import {
  allSettings,
  checkpointStream,
  consume,
  consumeAll,
  GROUP,
  groupOn,
  streamSettings,
} from './groups.ts'
import { numbersOf, until } from './test-consumer.ts'

const { END, UnavailableError } = module
const served = serveForTests()

function infoOf(stream: string) {
  return served.client.getPersistentSubscriptionToStreamInfo(stream, GROUP)
}

/** Waits until so many events are not answered yet. */
async function untilInFlight(stream: string, count: number): Promise<void> {
  await until(
    async () => (await infoOf(stream)).stats.totalInFlightMessages === count,
    'the acknowledgements',
  )
}

describe('a checkpoint', () => {
  it('is written after the upper bound of events, into a stream that keeps two', async () => {
    const stream = await groupOn(served.client, 9, {
      checkPointUpperBound: 3,
      checkPointAfter: 60_000,
    })
    const consumer = await consume(served.client, stream)
    for (const last of [2n, 5n, 8n]) {
      for (let count = 0; count < 3; count += 1) await consumer.process(1)
      await until(
        async () => (await infoOf(stream)).stats.lastCheckpointedEventRevision === last,
        'the checkpoint',
      )
    }
    const checkpoints = await collect(served.client.readStream(checkpointStream(stream)))
    expect(checkpoints.map(({ event }) => [event?.type, event?.data])).toEqual([
      ['$SubscriptionCheckpoint', '5'],
      ['$SubscriptionCheckpoint', '8'],
    ])
  })

  it('is written at a tick after the lower bound of events and the time between two', async () => {
    const limits = { checkPointLowerBound: 2, checkPointAfter: 500 }
    const stream = await groupOn(served.client, 5, limits)
    const consumer = await consume(served.client, stream)
    await consumer.process(1)
    await consumer.within(2_500)
    expect((await infoOf(stream)).stats.lastCheckpointedEventRevision).toBeUndefined()
    await consumer.process(2)
    await until(
      async () => (await infoOf(stream)).stats.lastCheckpointedEventRevision === 2n,
      'the checkpoint',
    )
  })

  it('never passes an event that is not answered', async () => {
    const limits = { checkPointLowerBound: 1, checkPointUpperBound: 1, checkPointAfter: 100 }
    const stream = await groupOn(served.client, 6, limits)
    const consumer = await consume(served.client, stream)
    const events = await consumer.take(6)
    await consumer.ack(...events.filter((_, index) => index !== 3))
    await until(
      async () => (await infoOf(stream)).stats.lastCheckpointedEventRevision === 2n,
      'the checkpoint',
    )
    await consumer.within(1_500)
    expect((await infoOf(stream)).stats.lastCheckpointedEventRevision).toBe(2n)
  })
})

describe('a node that is restarted', () => {
  it('goes on with each group from what was acknowledged, however few events', async () => {
    const stream = await groupOn(served.client, 5)
    const consumer = await consume(served.client, stream, 5)
    await consumer.process(3)
    await untilInFlight(stream, 2)
    await served.restart()
    const after = await consume(served.client, stream)
    const events = await after.take(2)
    expect(numbersOf(events)).toEqual([3, 4])
    expect(events.map(({ retryCount }) => retryCount)).toEqual([0, 0])
  })

  it('goes on with a group on $all', async () => {
    const group = newStream('all')
    const filter = module.streamNameFilter({ prefixes: [group] })
    await served.client.createPersistentSubscriptionToAll(group, allSettings(), { filter })
    await served.client.appendToStream(group, numbered(4))
    const consumer = await consumeAll(served.client, group, 2)
    await consumer.process(2)
    await consumer.take(2)
    await served.restart()
    const after = await consumeAll(served.client, group)
    expect(await after.process(2)).toEqual([2, 3])
  })

  it('ends the connections of consumers as unavailable', async () => {
    const stream = await groupOn(served.client, 1)
    const consumer = await consume(served.client, stream)
    await served.node.restart()
    expect(await consumer.error).toBeInstanceOf(UnavailableError)
    await served.restart()
  })

  it('keeps the settings and the filters of its groups', async () => {
    const stream = newStream('kept')
    const settings = streamSettings({ maxRetryCount: 3, startFrom: 4n, messageTimeout: 0 })
    await served.client.createPersistentSubscriptionToStream(stream, GROUP, settings)
    await served.restart()
    const info = await infoOf(stream)
    expect(info.settings).toEqual(settings)
  })

  it('gives a group from the end what came while nobody was connected', async () => {
    const stream = await groupOn(served.client, 2, { startFrom: END })
    await served.client.appendToStream(stream, numbered(2, 2))
    await served.restart()
    await served.client.appendToStream(stream, numbered(1, 4))
    const consumer = await consume(served.client, stream)
    expect(await consumer.process(3)).toEqual([2, 3, 4])
  })
})

describe('a node that is killed', () => {
  it('goes on from the last checkpoint: nothing unanswered is lost', async () => {
    const limits = { checkPointLowerBound: 1, checkPointUpperBound: 10, checkPointAfter: 60_000 }
    const stream = await groupOn(served.client, 40, limits)
    const consumer = await consume(served.client, stream, 40)
    const events = await consumer.take(40)
    const answered = events.filter((_, index) => index < 25 || index > 30)
    for (const event of answered) await consumer.ack(event)
    await untilInFlight(stream, 6)
    const checkpointed = async () =>
      Number((await infoOf(stream)).stats.lastCheckpointedEventRevision ?? -1)
    await until(async () => (await checkpointed()) >= 9, 'a checkpoint')
    const told = await checkpointed()
    await served.node.kill9()
    await served.restart()
    const checkpoint = await checkpointed()
    expect(checkpoint).toBeGreaterThanOrEqual(told)
    expect(checkpoint).toBeLessThan(25)
    const after = await consume(served.client, stream, 40)
    const expected = Array.from({ length: 39 - checkpoint }, (_, index) => checkpoint + 1 + index)
    expect(await after.process(expected.length)).toEqual(expected)
  })

  it('still has the group that it said it had made, and not the one that it had deleted', async () => {
    const made = await groupOn(served.client, 1)
    const deleted = await groupOn(served.client, 1)
    await served.client.deletePersistentSubscriptionToStream(deleted, GROUP)
    await served.node.kill9()
    await served.restart()
    const groups = await served.client.listAllPersistentSubscriptions()
    const streams = groups.map(({ eventSource }) => eventSource)
    expect(streams).toContain(made)
    expect(streams).not.toContain(deleted)
  })
})
