import { describe, expect, it } from 'vitest'
import { newStream, numbered } from '../events.ts'
import { module } from '../public-client.ts'
import { serveForTests } from '../served.ts'
import { consume, GROUP, groupOn, streamSettings } from './groups.ts'
import { numbersOf, TestConsumer, until } from './test-consumer.ts'

const {
  END,
  PersistentSubscriptionDoesNotExistError,
  PersistentSubscriptionMaximumSubscribersReachedError,
} = module
const served = serveForTests()

describe('where a group starts', () => {
  it('from the start, it gives all events, then those that come', async () => {
    const stream = await groupOn(served.client, 30)
    const consumer = await consume(served.client, stream)
    expect(await consumer.process(10)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    await consumer.process(10)
    await consumer.process(10)
    await served.client.appendToStream(stream, numbered(2, 30))
    expect(await consumer.process(2)).toEqual([30, 31])
  })

  it('from a revision, it gives that event first', async () => {
    const stream = await groupOn(served.client, 5, { startFrom: 3n })
    const consumer = await consume(served.client, stream)
    expect(await consumer.process(2)).toEqual([3, 4])
  })

  it('from a revision that is not there yet, it gives nothing before that', async () => {
    const stream = await groupOn(served.client, 2, { startFrom: 4n })
    const consumer = await consume(served.client, stream)
    await served.client.appendToStream(stream, numbered(4, 2))
    expect(await consumer.process(2)).toEqual([4, 5])
  })

  it('from the end, it gives what is appended after it was made, also before anybody connects', async () => {
    const stream = await groupOn(served.client, 3, { startFrom: END })
    await served.client.appendToStream(stream, numbered(2, 3))
    const consumer = await consume(served.client, stream)
    expect(await consumer.process(2)).toEqual([3, 4])
  })

  it('on a stream that is not there yet, it waits for its first event', async () => {
    const stream = await groupOn(served.client, 0)
    const consumer = await consume(served.client, stream)
    await served.client.appendToStream(stream, numbered(2))
    expect(await consumer.process(2)).toEqual([0, 1])
  })
})

describe('what a consumer is given', () => {
  it('is the event as it was appended, with its position and no retry', async () => {
    const stream = newStream('content')
    const event = module.jsonEvent({ type: 'Typed', data: { a: 'ß' }, metadata: { m: 1 } })
    const { position } = await served.client.appendToStream(stream, event)
    await served.client.createPersistentSubscriptionToStream(stream, GROUP, streamSettings())
    const consumer = await consume(served.client, stream)
    const given = await consumer.next()
    expect(given).toMatchObject({
      retryCount: 0,
      commitPosition: position?.commit,
      event: { id: event.id, type: 'Typed', data: { a: 'ß' }, metadata: { m: 1 }, revision: 0n },
    })
    expect(given.event?.position).toEqual(position)
    expect(given.link).toBeUndefined()
  })

  it('is never more than its buffer holds', async () => {
    const stream = await groupOn(served.client, 20)
    const consumer = await consume(served.client, stream, 3)
    const [first] = await consumer.take(3)
    expect(await consumer.within(200)).toEqual([])
    if (first !== undefined) await consumer.ack(first)
    expect(numbersOf(await consumer.take(1))).toEqual([3])
    expect(await consumer.within(200)).toEqual([])
  })

  it('goes on in order over far more events than any buffer of the group holds', async () => {
    const sizes = { historyBufferSize: 25, liveBufferSize: 5, readBatchSize: 10 }
    const stream = await groupOn(served.client, 500, sizes)
    const consumer = await consume(served.client, stream, 7)
    const numbers: number[] = []
    while (numbers.length < 500) numbers.push(...(await consumer.process(1)))
    expect(numbers).toEqual(Array.from({ length: 500 }, (_, index) => index))
  })

  it('is what other consumers have not got', async () => {
    const stream = await groupOn(served.client, 40)
    const consumers = [
      await consume(served.client, stream),
      await consume(served.connect(), stream),
    ]
    const processed = await Promise.all(
      consumers.map(async (consumer) => {
        const numbers = await consumer.process(1)
        await until(() => consumer.received.length > 1, 'more events')
        return numbers
      }),
    )
    expect(new Set(processed.flat()).size).toBe(2)
    const all = consumers.flatMap(({ received }) => numbersOf(received))
    expect(all).toHaveLength(new Set(all).size)
  })
})

describe('connecting', () => {
  it('to a group that is not there is refused', async () => {
    const stream = newStream('none')
    const subscription = served.client.subscribeToPersistentSubscriptionToStream(stream, GROUP)
    const error = await new TestConsumer(subscription).error
    expect(error).toBeInstanceOf(PersistentSubscriptionDoesNotExistError)
    expect(error).toMatchObject({ streamName: stream, groupName: GROUP })
    expect(String(error)).toContain(
      `Subscription group ${GROUP} on stream ${stream} does not exist.`,
    )
  })

  it('is refused beyond the most subscribers, and possible again when one has gone', async () => {
    const stream = await groupOn(served.client, 1, { maxSubscriberCount: 1 })
    const first = await consume(served.client, stream)
    const refused = served.client.subscribeToPersistentSubscriptionToStream(stream, GROUP)
    const error = await new TestConsumer(refused).error
    expect(error).toBeInstanceOf(PersistentSubscriptionMaximumSubscribersReachedError)
    expect(error).toMatchObject({ streamName: stream, groupName: GROUP })
    await first.leave()
    await until(
      () =>
        consume(served.client, stream).then(
          () => true,
          () => false,
        ),
      'a free place',
    )
  })
})
