import { expect, it } from 'vitest'
import { failure } from '../errors.ts'
import { collect, newStream, numbered } from '../events.ts'
import { module, name } from '../public-client.ts'
import { serveForTests } from '../served.ts'
import { consume, GROUP, groupOn, streamSettings } from './groups.ts'

const { BACKWARDS, END, PersistentSubscriptionFailedError } = module
const CONFIGURATION = '$persistentSubscriptionConfig'
const served = serveForTests()
const isFirstClient = name === '@eventstore/db-client'

async function lastConfiguration() {
  const last = { direction: BACKWARDS, fromRevision: END, maxCount: 1 } as const
  const [event] = await collect(served.client.readStream(CONFIGURATION, last))
  return event?.event
}

it('the groups are kept in a stream of their own, as a real server keeps them', async () => {
  const stream = await groupOn(served.client, 0, { maxRetryCount: 6, startFrom: 3n })
  const event = await lastConfiguration()
  expect(event?.type).toBe('$PersistentSubscriptionConfig')
  expect(event?.data).toMatchObject({ version: '2' })
  const entries: unknown = Reflect.get(Object(event?.data), 'entries')
  expect(entries).toContainEqual(
    expect.objectContaining({
      stream,
      group: GROUP,
      resolveLinkTos: false,
      messageTimeout: 30_000,
      startPosition: '3',
      historyBufferSize: 500,
      maxRetryCount: 6,
      checkPointAfter: 2_000,
      minCheckPointCount: 10,
      maxCheckPointCount: 1_000,
      namedConsumerStrategy: 'RoundRobin',
    }),
  )
})

it('a configuration that cannot be read stops no start, and is not written over', async () => {
  const stream = await groupOn(served.client, 1)
  const good = await lastConfiguration()
  const bad = module.jsonEvent({ type: 'Wrong', data: { entries: 'none' } })
  await served.client.appendToStream(CONFIGURATION, bad)
  await served.restart()
  const another = served.client.createPersistentSubscriptionToStream(
    newStream('another'),
    GROUP,
    streamSettings(),
  )
  const error = await failure(another)
  expect(error).toBeInstanceOf(PersistentSubscriptionFailedError)
  expect((await lastConfiguration())?.type).toBe('Wrong')

  const { type = '', data = {} } = good ?? {}
  const mended = module.jsonEvent({ type, data: Object(data) })
  await served.client.appendToStream(CONFIGURATION, mended)
  await served.client.restartPersistentSubscriptionSubsystem()
  expect(await (await consume(served.client, stream)).process(1)).toEqual([0])
})

// It takes its time and is not the client's affair: once is enough.
it.runIf(isFirstClient)(
  'a node has a thousand groups at most, and they leave it able to work',
  async () => {
    const { client } = served
    const stream = newStream('many')
    const present = (await client.listAllPersistentSubscriptions()).length
    const make = (index: number) =>
      client.createPersistentSubscriptionToStream(stream, `group-${index}`, streamSettings())
    const indexes = Array.from({ length: 1_000 - present }, (_, index) => index)
    while (indexes.length > 0) await Promise.all(indexes.splice(0, 50).map((index) => make(index)))
    const error = await failure(make(1_000))
    expect(error).toBeInstanceOf(PersistentSubscriptionFailedError)
    expect(error).toMatchObject({ reason: 'there are 1000 groups already' })
    await client.deletePersistentSubscriptionToStream(stream, 'group-0')
    await make(1_000)
    await client.appendToStream(stream, numbered(3))
    const subscription = client.subscribeToPersistentSubscriptionToStream(stream, 'group-1000')
    const numbers: unknown[] = []
    for await (const event of subscription) if (numbers.push(event.event?.data) === 3) break
    expect(numbers).toEqual([{ number: 0 }, { number: 1 }, { number: 2 }])
  },
)
