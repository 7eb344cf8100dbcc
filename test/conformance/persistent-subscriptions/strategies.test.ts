import { expect, it } from 'vitest'
import { newStream, numbered } from '../events.ts'
import { module, name } from '../public-client.ts'
import { serveForTests } from '../served.ts'
import { allSettings, consume, consumeAll, groupOn } from './groups.ts'
import type { TestConsumer } from './test-consumer.ts'
import { until } from './test-consumer.ts'

const { DISPATCH_TO_SINGLE, PINNED, ROUND_ROBIN, streamNameFilter } = module
const served = serveForTests()
const isKurrent = name === '@kurrent/kurrentdb-client'

it('round robin gives one event to each consumer in turn', async () => {
  const stream = await groupOn(served.client, 0, { consumerStrategyName: ROUND_ROBIN })
  const consumers = [
    await consume(served.client, stream),
    await consume(served.client, stream),
    await consume(served.client, stream),
  ]
  await served.client.appendToStream(stream, numbered(9))
  for (const consumer of consumers) expect(await consumer.process(3)).toHaveLength(3)
})

it('dispatch to single gives all to one consumer, and to another what is too much for it', async () => {
  const stream = await groupOn(served.client, 0, { consumerStrategyName: DISPATCH_TO_SINGLE })
  const first = await consume(served.client, stream, 4)
  const second = await consume(served.client, stream, 4)
  await served.client.appendToStream(stream, numbered(6))
  expect(await first.process(4)).toEqual([0, 1, 2, 3])
  expect(await second.process(2)).toEqual([4, 5])
})

/** Streams that begin with the group's name, and which consumer got the events of each. */
async function pinnedTo(group: string, consumers: readonly TestConsumer[]) {
  const streams = Array.from({ length: 12 }, (_, index) => `${group}-${index}`)
  for (const stream of streams) await served.client.appendToStream(stream, numbered(3))
  for (let count = 0; count < 36; count += 1) {
    await until(() => consumers.some((each) => each.received.length > 0), 'an event')
    await Promise.all(consumers.map((each) => acknowledgeAll(each)))
    if (total(consumers) === 36) break
  }
  await until(async () => {
    await Promise.all(consumers.map((each) => acknowledgeAll(each)))
    return total(consumers) === 36
  }, 'all events')
  return streams.map((stream) =>
    consumers.flatMap((each, index) =>
      each.received.some(({ event }) => event?.streamId === stream) ? [index] : [],
    ),
  )
}

function total(consumers: readonly TestConsumer[]): number {
  return consumers.reduce((sum, { received }) => sum + received.length, 0)
}

async function acknowledgeAll(consumer: TestConsumer): Promise<void> {
  const events = await consumer.within(0)
  if (events.length > 0) await consumer.ack(...(await consumer.take(events.length)))
}

it('pinned gives all events of a stream to the same consumer, in their order', async () => {
  const group = newStream('pinned')
  const settings = allSettings({ consumerStrategyName: PINNED })
  const filter = streamNameFilter({ prefixes: [group] })
  await served.client.createPersistentSubscriptionToAll(group, settings, { filter })
  const consumers = [
    await consumeAll(served.client, group, 2),
    await consumeAll(served.client, group, 2),
  ]
  const consumersOf = await pinnedTo(group, consumers)
  expect(consumersOf.map(({ length }) => length)).toEqual(Array.from({ length: 12 }, () => 1))
  expect(new Set(consumersOf.flat())).toEqual(new Set([0, 1]))
  for (const { received } of consumers) {
    const seen = new Map<string, bigint>()
    for (const { event } of received) {
      if (event === undefined) continue
      expect(event.revision).toBeGreaterThan(seen.get(event.streamId) ?? -1n)
      seen.set(event.streamId, event.revision)
    }
  }
})

it('pinned gives the streams of a consumer that goes to those that stay', async () => {
  const group = newStream('pinned')
  const settings = allSettings({ consumerStrategyName: PINNED })
  const filter = streamNameFilter({ prefixes: [group] })
  await served.client.createPersistentSubscriptionToAll(group, settings, { filter })
  const going = await consumeAll(served.client, group, 50)
  const staying = await consumeAll(served.client, group, 50)
  const streams = Array.from({ length: 12 }, (_, index) => `${group}-${index}`)
  for (const stream of streams) await served.client.appendToStream(stream, numbered(1))
  await until(() => total([going, staying]) === 12, 'all events')
  await going.leave()
  await until(() => staying.received.length === 12, 'the events of the other')
  expect(new Set(staying.received.map(({ event }) => event?.streamId))).toEqual(new Set(streams))
})

function correlationsOf({ received }: TestConsumer): Set<string> {
  const texts = received.map(({ event }) => JSON.stringify(event?.metadata))
  return new Set(texts)
}

it.runIf(isKurrent)(
  'pinned by correlation gives all events of a correlation id to the same consumer (kurrentdb-client)',
  async () => {
    const group = newStream('correlated')
    const settings = allSettings({ consumerStrategyName: 'PinnedByCorrelation' })
    const filter = streamNameFilter({ prefixes: [group] })
    await served.client.createPersistentSubscriptionToAll(group, settings, { filter })
    const info = await served.client.getPersistentSubscriptionToAllInfo(group)
    expect(info.settings.consumerStrategyName).toBe('PinnedByCorrelation')
    const consumers = [
      await consumeAll(served.client, group, 50),
      await consumeAll(served.client, group, 50),
    ]
    for (let index = 0; index < 24; index += 1) {
      const metadata = { $correlationId: `correlation-${index % 6}` }
      const event = module.jsonEvent({ type: 'Correlated', data: { index }, metadata })
      await served.client.appendToStream(`${group}-${index}`, event)
    }
    await until(() => total(consumers) === 24, 'all events')
    const [first, second] = consumers.map(correlationsOf)
    expect([...(first ?? [])].filter((id) => second?.has(id))).toEqual([])
    expect((first?.size ?? 0) + (second?.size ?? 0)).toBe(6)
  },
)
