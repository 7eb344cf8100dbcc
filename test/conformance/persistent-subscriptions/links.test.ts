import { expect, it } from 'vitest'
import { newStream, numbered } from '../events.ts'
import { module } from '../public-client.ts'
import { serveForTests } from '../served.ts'
import { consume, GROUP, streamSettings } from './groups.ts'
import { numbersOf, until } from './test-consumer.ts'

const served = serveForTests()

/** A stream of links to the first events of another one, and to one that is not there. */
async function streamOfLinks(targets: readonly string[], resolveLinkTos: boolean): Promise<string> {
  const links = newStream('links')
  for (const target of targets) {
    const data = Buffer.from(target)
    await served.client.appendToStream(links, module.binaryEvent({ type: '$>', data }))
  }
  const settings = streamSettings({ resolveLinkTos, maxRetryCount: 3 })
  await served.client.createPersistentSubscriptionToStream(links, GROUP, settings)
  return links
}

async function target(count: number): Promise<string> {
  const stream = newStream('target')
  await served.client.appendToStream(stream, numbered(count))
  return stream
}

it('a group that resolves links gives the event with its link, acknowledged by the link', async () => {
  const stream = await target(2)
  const links = await streamOfLinks([`1@${stream}`, `0@${stream}`], true)
  const consumer = await consume(served.client, links)
  const events = await consumer.take(2)
  expect(numbersOf(events)).toEqual([1, 0])
  expect(events[0]?.link).toMatchObject({ streamId: links, revision: 0n, type: '$>' })
  expect(events[0]?.commitPosition).toBe(events[0]?.link?.position?.commit)
  await consumer.ack(...events)
  await until(
    async () =>
      (await served.client.getPersistentSubscriptionToStreamInfo(links, GROUP)).stats
        .totalInFlightMessages === 0,
    'the acknowledgements',
  )
})

it('a group that does not gives the link itself', async () => {
  const stream = await target(1)
  const links = await streamOfLinks([`0@${stream}`], false)
  const event = await (await consume(served.client, links)).next()
  expect(event.event).toMatchObject({ streamId: links, type: '$>' })
  expect(event.link).toBeUndefined()
})

it('a link to what is not there comes without an event, and can be parked', async () => {
  const links = await streamOfLinks(['7@no-such-stream'], true)
  const consumer = await consume(served.client, links)
  const event = await consumer.next()
  expect(event.event).toBeUndefined()
  expect(event.link).toMatchObject({ streamId: links, revision: 0n })
  await consumer.nack(module.PARK, event)
  await until(
    async () =>
      (await served.client.getPersistentSubscriptionToStreamInfo(links, GROUP)).stats
        .parkedMessageCount === 1n,
    'it to be parked',
  )
})
