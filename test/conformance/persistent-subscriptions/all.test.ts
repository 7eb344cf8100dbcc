import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { failure } from '../errors.ts'
import { collect, newStream, numbered } from '../events.ts'
import { module } from '../public-client.ts'
import { serveForTests } from '../served.ts'
import { allSettings, consumeAll } from './groups.ts'
import { numbersOf, type TestConsumer, until } from './test-consumer.ts'

const { END, eventTypeFilter, START, streamNameFilter } = module
const served = serveForTests()

/** A group on what begins with its name. */
async function filteredGroup(
  changes: Parameters<typeof allSettings>[0] = {},
  filter?: Parameters<typeof served.client.createPersistentSubscriptionToAll>[2],
): Promise<string> {
  const group = newStream('wanted')
  const byName = { filter: streamNameFilter({ prefixes: [group] }) }
  await served.client.createPersistentSubscriptionToAll(
    group,
    allSettings(changes),
    filter ?? byName,
  )
  return group
}

/** Acknowledges until an event of that stream comes; gives the names of all streams that came. */
async function streamsUpTo(consumer: TestConsumer, stream: string): Promise<Set<string>> {
  const streams = new Set<string>()
  while (!streams.has(stream)) {
    const event = await consumer.next()
    await consumer.ack(event)
    streams.add(event.event?.streamId ?? '')
  }
  return streams
}

describe('a group on $all', () => {
  it('gives all events, those of the system too, but none of its own and no epochs', async () => {
    const [group, stream] = [newStream('all'), newStream('stream')]
    const often = { checkPointUpperBound: 1, checkPointLowerBound: 1 }
    await served.client.createPersistentSubscriptionToAll(group, allSettings(often))
    await served.client.appendToStream(stream, numbered(3))
    const consumer = await consumeAll(served.client, group)
    const streams = await streamsUpTo(consumer, stream)
    expect(streams).toContain('$persistentSubscriptionConfig')
    const checkpoints = `$persistentsubscription-$all::${group}-checkpoint`
    await until(
      async () => (await collect(served.client.readStream(checkpoints)).catch(() => [])).length > 0,
      'a checkpoint',
    )
    const last = newStream('last')
    await served.client.appendToStream(last, numbered(1))
    const later = await streamsUpTo(consumer, last)
    expect([...streams, ...later]).not.toContain(checkpoints)
    expect([...streams, ...later]).not.toContain('$epoch-information')
  })

  it('starts at a position, that event first', async () => {
    const stream = newStream('position')
    await served.client.appendToStream(stream, numbered(1))
    const { position } = await served.client.appendToStream(stream, numbered(1, 1))
    if (position === undefined) throw new Error('no position')
    const group = newStream('from')
    await served.client.createPersistentSubscriptionToAll(
      group,
      allSettings({ startFrom: position }),
    )
    const consumer = await consumeAll(served.client, group)
    const first = await consumer.next()
    expect(first.event).toMatchObject({ streamId: stream, revision: 1n, position })
  })

  it('starts at the end, with what is appended after it was made', async () => {
    const group = newStream('end')
    await served.client.createPersistentSubscriptionToAll(group, allSettings({ startFrom: END }))
    const stream = newStream('after')
    await served.client.appendToStream(stream, numbered(2))
    const consumer = await consumeAll(served.client, group)
    const streams = await streamsUpTo(consumer, stream)
    expect([...streams].filter((name) => !name.startsWith('$'))).toEqual([stream])
  })

  it('parks and retries by the ids of the events, whatever their streams', async () => {
    const group = await filteredGroup({ maxRetryCount: 5 })
    await served.client.appendToStream(`${group}-a`, numbered(1))
    await served.client.appendToStream(`${group}-b`, numbered(1, 1))
    const consumer = await consumeAll(served.client, group)
    const [a, b] = await consumer.take(2)
    if (a === undefined || b === undefined) throw new Error('no events')
    await consumer.nack(module.PARK, a)
    await consumer.nack(module.RETRY, b)
    const again = await consumer.next()
    expect([numbersOf([again]), again.retryCount]).toEqual([[1], 1])
    await until(
      async () =>
        (await served.client.getPersistentSubscriptionToAllInfo(group)).stats.parkedMessageCount ===
        1n,
      'the event to be parked',
    )
    const parked = served.client.readStream(`$persistentsubscription-$all::${group}-parked`, {
      resolveLinkTos: true,
    })
    const [event] = await collect(parked)
    expect(event?.event?.streamId).toBe(`${group}-a`)
  })
})

describe('a filter of a group', () => {
  const wanted = newStream('type')
  it.each([
    ['prefixes of stream names', () => streamNameFilter({ prefixes: ['never', 'a-'] }), 'a-1'],
    ['a regular expression for stream names', () => streamNameFilter({ regex: '^b.\\d$' }), 'b-1'],
  ])('%s lets through what fits, and nothing else', async (_, filterOf, suffix) => {
    const group = newStream('filter')
    const options = { filter: filterOf() }
    await served.client.createPersistentSubscriptionToAll(group, allSettings(), options)
    await served.client.appendToStream(newStream('other'), numbered(2))
    await served.client.appendToStream(suffix, numbered(1))
    const consumer = await consumeAll(served.client, group)
    const event = await consumer.next()
    expect(event.event?.streamId).toBe(suffix)
    expect(await consumer.within(200)).toEqual([])
  })

  it.each([
    ['prefixes of event types', () => eventTypeFilter({ prefixes: [wanted] })],
    ['a regular expression for event types', () => eventTypeFilter({ regex: `^${wanted}` })],
  ])('%s lets through what fits, and nothing else', async (_, filterOf) => {
    const [group, stream] = [newStream('filter'), newStream('stream')]
    const options = { filter: filterOf() }
    const settings = allSettings({ startFrom: END })
    await served.client.createPersistentSubscriptionToAll(group, settings, options)
    await served.client.appendToStream(stream, numbered(2, 0, 'Other'))
    await served.client.appendToStream(stream, numbered(2, 2, wanted))
    const consumer = await consumeAll(served.client, group)
    expect(await consumer.process(2)).toEqual([2, 3])
    expect(await consumer.within(200)).toEqual([])
  })

  it('stays what it was over a restart, commas in its prefixes too', async () => {
    const prefix = newStream('a,b')
    const group = newStream('commas')
    const options = { filter: streamNameFilter({ prefixes: [prefix, 'never,'] }) }
    await served.client.createPersistentSubscriptionToAll(group, allSettings(), options)
    await served.restart()
    await served.client.appendToStream('a-stream-of-others', numbered(1))
    await served.client.appendToStream(`${prefix}-1`, numbered(1))
    const consumer = await consumeAll(served.client, group)
    expect((await consumer.next()).event?.streamId).toBe(`${prefix}-1`)
    expect(await consumer.within(200)).toEqual([])
  })

  it('that is not understood, or could hold the node, is refused', async () => {
    for (const regex of ['(', '(a)\\1', '(?=a)']) {
      const options = { filter: streamNameFilter({ regex }) }
      const error = await failure(
        served.client.createPersistentSubscriptionToAll(newStream('bad'), allSettings(), options),
      )
      expect(error).toMatchObject({ code: 3 })
    }
  })

  it('lets a checkpoint move on with events that it holds back', async () => {
    const limits = { checkPointLowerBound: 1, checkPointUpperBound: 5, startFrom: START } as const
    const group = await filteredGroup(limits)
    await served.client.appendToStream(newStream('other'), numbered(10))
    const { position } = await served.client.appendToStream(newStream('other'), numbered(1))
    const checkpointed = async () =>
      (await served.client.getPersistentSubscriptionToAllInfo(group)).stats
        .lastCheckpointedEventPosition
    const hasMovedOn = async () =>
      ((await checkpointed())?.commit ?? 0n) >= (position?.commit ?? 0n)
    await until(hasMovedOn, 'the checkpoint to move on')
    expect(await hasMovedOn()).toBe(true)
  })
})

it('nothing is written for groups on $all while nothing happens', async () => {
  const limits = { checkPointLowerBound: 1, checkPointUpperBound: 1, checkPointAfter: 100 }
  await filteredGroup(limits)
  await filteredGroup(limits)
  await served.client.appendToStream(newStream('other'), numbered(3))
  const lastPosition = async () => {
    const [last] = await collect(
      served.client.readAll({ direction: module.BACKWARDS, fromPosition: END, maxCount: 1 }),
    )
    return last?.event?.position.commit
  }
  const isSilent = async () => {
    const before = await lastPosition()
    await setTimeout(1_500)
    return before === (await lastPosition())
  }
  await until(isSilent, 'the groups to be silent')
  expect(await isSilent()).toBe(true)
})
