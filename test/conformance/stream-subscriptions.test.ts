import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { newStream, numbered, readsNatively, streamOf } from './events.ts'
import { eventsOf, hear } from './hearing.ts'
import { module } from './public-client.ts'
import { serveForTests } from './served.ts'
import { streamThatIs } from './stream-states.ts'

const { END, START, StreamDeletedError } = module
const served = serveForTests()

describe('a subscription to a stream', () => {
  it('confirms, gives what is there, is caught up once, then goes on live', async () => {
    const { client } = served
    const stream = await streamOf(client, 300)
    const subscription = client.subscribeToStream(stream)
    const hearing = hear(subscription)
    await hearing.untilCaughtUp()
    for (let index = 0; index < 5; index += 1) await client.appendToStream(stream, numbered(2))
    await hearing.untilEvents(310)
    expect(hearing.heard).toEqual([
      'confirmation',
      ...eventsOf(stream, 300),
      'caughtUp',
      ...eventsOf(stream, 10, 300),
    ])
    await subscription.unsubscribe()
  })

  it.each([
    ['the start', START, 0],
    ['a revision', 1n, 2],
    ['the last revision', 2n, 3],
    ['the end', END, 3],
    ['a revision to come', 4n, 5],
  ] as const)('begins after %s', async (_, fromRevision, first) => {
    const { client } = served
    const stream = await streamOf(client, 3)
    const subscription = client.subscribeToStream(stream, { fromRevision })
    const hearing = hear(subscription)
    await hearing.untilCaughtUp()
    for (let revision = 3; revision < 7; revision += 1) {
      await client.appendToStream(stream, numbered(1, revision))
    }
    await hearing.untilEvents(7 - first)
    expect(hearing.events).toEqual(eventsOf(stream, 7 - first, first))
    await subscription.unsubscribe()
  })

  it.each(['never written', 'empty with metadata', 'soft-deleted'] as const)(
    'that is %s is caught up, and gets its next events',
    async (state) => {
      const { client } = served
      const stream = await streamThatIs(state, client)
      const subscription = client.subscribeToStream(stream)
      const hearing = hear(subscription)
      await hearing.untilCaughtUp()
      expect(hearing.heard).toEqual(['confirmation', 'caughtUp'])
      const { nextExpectedRevision } = await client.appendToStream(stream, numbered(2))
      await hearing.untilEvents(2)
      const first = Number(nextExpectedRevision) - 1
      expect(hearing.events).toEqual(eventsOf(stream, 2, first))
      await subscription.unsubscribe()
    },
  )

  it('survives a deletion and ends with a tombstone', async () => {
    const { client } = served
    const stream = await streamOf(client, 1)
    const hearing = hear(client.subscribeToStream(stream))
    await hearing.untilCaughtUp()
    await client.deleteStream(stream)
    await client.appendToStream(stream, numbered(1))
    await hearing.untilEvents(2)
    await client.tombstoneStream(stream)
    const error = await hearing.untilError()
    expect(hearing.events).toEqual([...eventsOf(stream, 2), `${stream}@9223372036854775807`])
    expect(error).toBeInstanceOf(StreamDeletedError)
    expect(error).toMatchObject({ streamName: stream })
  })

  it('that is tombstoned is refused', async () => {
    const { client } = served
    const stream = await streamThatIs('tombstoned', client)
    const hearing = hear(client.subscribeToStream(stream))
    expect(await hearing.untilError()).toBeInstanceOf(StreamDeletedError)
    expect(hearing.events).toEqual([])
  })

  it('shows while catching up what the metadata shows, afterwards everything', async () => {
    const { client } = served
    const stream = await streamOf(client, 10)
    await client.setStreamMetadata(stream, { maxCount: 2 })
    const subscription = client.subscribeToStream(stream)
    const hearing = hear(subscription)
    await hearing.untilCaughtUp()
    await client.appendToStream(stream, numbered(5))
    await hearing.untilEvents(7)
    expect(hearing.events).toEqual(eventsOf(stream, 7, 8))
    await subscription.unsubscribe()
  })

  it('of metadata gives each change of it', async () => {
    const { client } = served
    const stream = newStream('metadata')
    const subscription = client.subscribeToStream(`$$${stream}`)
    const hearing = hear(subscription)
    await hearing.untilCaughtUp()
    for (const own of [1, 2, 3]) await client.setStreamMetadata(stream, { own })
    await hearing.untilEvents(3)
    expect(hearing.events).toEqual(eventsOf(`$$${stream}`, 3))
    await subscription.unsubscribe()
  })

  it('that begins while others append misses nothing and repeats nothing', async () => {
    const { client } = served
    const stream = await streamOf(client, 50)
    const appending = Promise.all(
      Array.from({ length: 100 }, () => client.appendToStream(stream, numbered(3))),
    )
    const subscriptions = Array.from({ length: 5 }, () => client.subscribeToStream(stream))
    const hearings = subscriptions.map((subscription) => hear(subscription))
    await appending
    for (const hearing of hearings) {
      await hearing.untilEvents(350)
      expect(hearing.events).toEqual(eventsOf(stream, 350))
      expect(hearing.heard.filter((what) => what === 'caughtUp')).toHaveLength(1)
    }
    for (const subscription of subscriptions) await subscription.unsubscribe()
  })

  it('tells neither time nor place of being caught up, as a 24.6 server does not', async () => {
    const { client } = served
    const subscription = client.subscribeToStream(await streamOf(client, 1))
    subscription.on('data', () => undefined)
    // The newer client makes an object of what it is told.
    expect(await once(subscription, 'caughtUp')).toEqual(readsNatively ? [{}] : [])
    await subscription.unsubscribe()
  })

  it('that is ended hears nothing more, without an error, and others go on', async () => {
    const { client } = served
    const stream = await streamOf(client, 1)
    const [ended, kept] = [client.subscribeToStream(stream), client.subscribeToStream(stream)]
    const [endedHearing, keptHearing] = [hear(ended), hear(kept)]
    await endedHearing.untilCaughtUp()
    await keptHearing.untilCaughtUp()
    await ended.unsubscribe()
    await client.appendToStream(stream, numbered(2))
    await keptHearing.untilEvents(3)
    expect(endedHearing.events).toEqual(eventsOf(stream, 1))
    expect(endedHearing.errors).toEqual([])
    await kept.unsubscribe()
  })

  it('can be read as an iterable, and left', async () => {
    const { client } = served
    const stream = await streamOf(client, 5)
    const seen: unknown[] = []
    for await (const { event } of client.subscribeToStream(stream)) {
      seen.push(event?.revision)
      if (seen.length === 5) break
    }
    expect(seen).toEqual([0n, 1n, 2n, 3n, 4n])
  })
})
