import { describe, expect, it } from 'vitest'
import { collect, numbered } from '../events.ts'
import { module } from '../public-client.ts'
import { serveForTests } from '../served.ts'
import { consume, GROUP, groupOn, parkedStream } from './groups.ts'
import { numbersOf, until } from './test-consumer.ts'

const { PARK, RETRY, SKIP, STOP } = module
const served = serveForTests()

async function parkedIn(stream: string) {
  const parked = parkedStream(stream)
  return collect(served.client.readStream(parked, { resolveLinkTos: true })).catch(() => [])
}

async function parkedCount(stream: string): Promise<bigint> {
  const info = await served.client.getPersistentSubscriptionToStreamInfo(stream, GROUP)
  return info.stats.parkedMessageCount
}

describe('an event that is not answered in time', () => {
  it('comes again at the next tick, with one more retry counted', async () => {
    const stream = await groupOn(served.client, 2, { messageTimeout: 500 })
    const consumer = await consume(served.client, stream)
    const [, second] = await consumer.take(2)
    if (second !== undefined) await consumer.ack(second)
    const again = await consumer.next()
    expect(numbersOf([again])).toEqual([0])
    expect(again.retryCount).toBe(1)
  })

  it('is parked after the most retries, with the reason', async () => {
    const stream = await groupOn(served.client, 1, { messageTimeout: 200, maxRetryCount: 1 })
    const consumer = await consume(served.client, stream)
    expect((await consumer.take(2)).map(({ retryCount }) => retryCount)).toEqual([0, 1])
    await until(async () => (await parkedIn(stream)).length === 1, 'the event to be parked')
    const [parked] = await parkedIn(stream)
    expect(parked?.event).toMatchObject({ streamId: stream, revision: 0n })
    const [link] = await collect(served.client.readStream(parkedStream(stream)))
    expect(JSON.parse(text(link?.event?.metadata))).toMatchObject({
      reason: 'Reached retry count of 1',
      subscriptionEventNumber: 0,
    })
    expect(text(link?.event?.metadata)).toMatch(/"added":"\d{4}-\d\d-\d\dT/)
    expect(await consumer.within(1_500)).toEqual([])
  })
})

describe('an event that is refused', () => {
  it('with retry comes again at once, with one more retry counted', async () => {
    const stream = await groupOn(served.client, 3)
    const consumer = await consume(served.client, stream, 1)
    await consumer.nack(RETRY, await consumer.next())
    const again = await consumer.next()
    expect([numbersOf([again]), again.retryCount]).toEqual([[0], 1])
  })

  it('with an unknown action is retried', async () => {
    const stream = await groupOn(served.client, 1)
    const consumer = await consume(served.client, stream)
    const nack = consumer.nack.bind(consumer) as (action: string, event: unknown) => Promise<void>
    await nack('unknown', await consumer.next())
    expect((await consumer.next()).retryCount).toBe(1)
  })

  it('with retry is parked after the most retries', async () => {
    const stream = await groupOn(served.client, 1, { maxRetryCount: 2 })
    const consumer = await consume(served.client, stream)
    for (const retryCount of [0, 1, 2]) {
      const event = await consumer.next()
      expect(event.retryCount).toBe(retryCount)
      await consumer.nack(RETRY, event)
    }
    await until(async () => (await parkedCount(stream)) === 1n, 'the event to be parked')
  })

  it('with park is parked, with what the consumer says', async () => {
    const stream = await groupOn(served.client, 3)
    const consumer = await consume(served.client, stream)
    const events = await consumer.take(3)
    await consumer.nack(PARK, ...events.slice(1))
    await until(async () => (await parkedCount(stream)) === 2n, 'the events to be parked')
    const links = await collect(served.client.readStream(parkedStream(stream)))
    expect(links.map(({ event }) => event?.type)).toEqual(['$>', '$>'])
    expect(links.map(({ event }) => text(event?.data))).toEqual([`1@${stream}`, `2@${stream}`])
    expect(JSON.parse(text(links[1]?.event?.metadata))).toMatchObject({
      reason: "Client explicitly NAK'ed message.\nbecause",
      subscriptionEventNumber: 2,
    })
  })

  it('with skip is done with', async () => {
    const stream = await groupOn(served.client, 2, { messageTimeout: 200 })
    const consumer = await consume(served.client, stream, 1)
    await consumer.nack(SKIP, await consumer.next())
    const second = await consumer.next()
    expect([numbersOf([second]), second.retryCount]).toEqual([[1], 0])
    expect(await parkedCount(stream)).toBe(0n)
  })

  it('with stop is done with, and the group goes on, as on a real server', async () => {
    const stream = await groupOn(served.client, 2)
    const consumer = await consume(served.client, stream, 1)
    await consumer.nack(STOP, await consumer.next())
    expect(await consumer.process(1)).toEqual([1])
    await served.client.appendToStream(stream, numbered(1, 2))
    expect(await consumer.process(1)).toEqual([2])
  })
})

describe('the events of a consumer that goes', () => {
  it('are given to others, with one more retry counted', async () => {
    const stream = await groupOn(served.client, 4)
    const going = await consume(served.client, stream, 4)
    await going.take(4)
    const staying = await consume(served.connect(), stream, 10)
    await going.leave()
    const given = await staying.take(4)
    expect(numbersOf(given)).toEqual([0, 1, 2, 3])
    expect(given.map(({ retryCount }) => retryCount)).toEqual([1, 1, 1, 1])
  })

  it('are given to others also when its connection breaks', async () => {
    const stream = await groupOn(served.client, 2)
    const going = served.connect()
    await (await consume(going, stream, 2)).take(2)
    const staying = await consume(served.client, stream, 2)
    await going.dispose()
    expect(numbersOf(await staying.take(2))).toEqual([0, 1])
  })
})

function asBytes(value: unknown): Uint8Array {
  return value instanceof Uint8Array ? value : Buffer.from(JSON.stringify(value))
}

function text(value: unknown): string {
  return Buffer.from(asBytes(value)).toString('utf8')
}
