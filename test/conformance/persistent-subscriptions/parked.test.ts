import { describe, expect, it } from 'vitest'
import { failure } from '../errors.ts'
import { collect, newStream, numbered, revisions } from '../events.ts'
import { module } from '../public-client.ts'
import { serveForTests } from '../served.ts'
import { allSettings, consume, consumeAll, GROUP, groupOn, parkedStream } from './groups.ts'
import { numbersOf, type TestConsumer, until } from './test-consumer.ts'

const { PARK, PersistentSubscriptionDoesNotExistError } = module
const served = serveForTests()

async function parkedCount(stream: string): Promise<number> {
  const info = await served.client.getPersistentSubscriptionToStreamInfo(stream, GROUP)
  return Number(info.stats.parkedMessageCount)
}

/** A group whose consumer has parked all of so many events. */
async function parkedGroup(count: number): Promise<{ stream: string; consumer: TestConsumer }> {
  const stream = await groupOn(served.client, count, { maxRetryCount: 1 })
  const consumer = await consume(served.client, stream, count)
  await consumer.nack(PARK, ...(await consumer.take(count)))
  await until(async () => (await parkedCount(stream)) === count, 'the events to be parked')
  return { stream, consumer }
}

describe('replaying parked messages', () => {
  it('gives them again, the events with the links they were parked by', async () => {
    const { stream, consumer } = await parkedGroup(3)
    await served.client.replayParkedMessagesToStream(stream, GROUP)
    const events = await consumer.take(3)
    expect(numbersOf(events)).toEqual([0, 1, 2])
    expect(events.map(({ retryCount }) => retryCount)).toEqual([0, 0, 0])
    expect(events[0]?.event).toMatchObject({ streamId: stream, revision: 0n })
    expect(events[0]?.link).toMatchObject({ streamId: parkedStream(stream), type: '$>' })
    expect(await parkedCount(stream)).toBe(0)
  })

  it('takes them out of the parked ones once they are acknowledged', async () => {
    const { stream, consumer } = await parkedGroup(3)
    await served.client.replayParkedMessagesToStream(stream, GROUP)
    await consumer.process(3)
    const parked = parkedStream(stream)
    await until(
      async () => (await revisions(served.client.readStream(parked))).length === 0,
      'the parked ones to be truncated',
    )
    const metadata = await served.client.getStreamMetadata(parked)
    expect(metadata.metadata).toMatchObject({ truncateBefore: 3 })
    await served.restart()
    const later = await consume(served.client, stream)
    await served.client.replayParkedMessagesToStream(stream, GROUP)
    expect(await later.within(500)).toEqual([])
  })

  it('stops before the revision that is said', async () => {
    const { stream, consumer } = await parkedGroup(4)
    await served.client.replayParkedMessagesToStream(stream, GROUP, { stopAt: 2 })
    expect(await consumer.process(2)).toEqual([0, 1])
    expect(await consumer.within(300)).toEqual([])
    expect(await parkedCount(stream)).toBe(2)
    await served.client.replayParkedMessagesToStream(stream, GROUP)
    expect(await consumer.process(2)).toEqual([2, 3])
  })

  it('parks again what is refused again', async () => {
    const { stream, consumer } = await parkedGroup(2)
    await served.client.replayParkedMessagesToStream(stream, GROUP)
    await consumer.nack(PARK, ...(await consumer.take(2)))
    await until(async () => (await parkedCount(stream)) === 2, 'them to be parked again')
    const links = await collect(
      served.client.readStream(parkedStream(stream), { resolveLinkTos: true }),
    )
    expect(new Set(links.map(({ event }) => event?.streamId))).toEqual(new Set([stream]))
  })

  it('loses none when the node is killed before they are acknowledged', async () => {
    const { stream, consumer } = await parkedGroup(3)
    await served.client.replayParkedMessagesToStream(stream, GROUP)
    const [first] = await consumer.take(3)
    if (first !== undefined) await consumer.ack(first)
    await served.node.kill9()
    await served.restart()
    expect(await parkedCount(stream)).toBeGreaterThanOrEqual(2)
    const after = await consume(served.client, stream)
    await served.client.replayParkedMessagesToStream(stream, GROUP)
    await after.take(await parkedCountBefore(after))
    expect(numbersOf(after.received)).toEqual(expect.arrayContaining([1, 2]))
  })

  it('goes on through far more than the buffer of the group holds', async () => {
    const sizes = { historyBufferSize: 12, readBatchSize: 5 }
    const stream = await groupOn(served.client, 60, sizes)
    const parking = await consume(served.client, stream, 60)
    for (let count = 0; count < 60; count += 1) await parking.nack(PARK, await parking.next())
    await until(async () => (await parkedCount(stream)) === 60, 'the events to be parked')
    await served.client.replayParkedMessagesToStream(stream, GROUP)
    const numbers: number[] = []
    while (numbers.length < 60) numbers.push(...(await parking.process(1)))
    expect(numbers).toEqual(Array.from({ length: 60 }, (_, index) => index))
  })

  it('works for $all', async () => {
    const group = newStream('all')
    const filter = module.streamNameFilter({ prefixes: [group] })
    await served.client.createPersistentSubscriptionToAll(group, allSettings(), { filter })
    await served.client.appendToStream(group, numbered(1))
    const consumer = await consumeAll(served.client, group)
    await consumer.nack(PARK, await consumer.next())
    await until(
      async () =>
        (await served.client.getPersistentSubscriptionToAllInfo(group)).stats.parkedMessageCount ===
        1n,
      'the event to be parked',
    )
    await served.client.replayParkedMessagesToAll(group)
    expect(await consumer.process(1)).toEqual([0])
  })

  it('of a group that is not there, or to a negative revision, is refused', async () => {
    const none = newStream('none')
    const error = await failure(served.client.replayParkedMessagesToStream(none, GROUP))
    expect(error).toBeInstanceOf(PersistentSubscriptionDoesNotExistError)
    const stream = await groupOn(served.client, 0)
    const negative = await failure(
      served.client.replayParkedMessagesToStream(stream, GROUP, { stopAt: -1 }),
    )
    expect(negative).toMatchObject({
      reason: 'Cannot stop replaying parked message at a negative version.',
    })
  })
})

/** How many replayed messages come within a moment: those not acknowledged before. */
async function parkedCountBefore(consumer: TestConsumer): Promise<number> {
  await until(() => consumer.received.length >= 2, 'the replayed ones')
  return consumer.received.length
}
