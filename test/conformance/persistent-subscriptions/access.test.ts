import { expect, it } from 'vitest'
import { secureNodeForTests } from '../access/secure-node.ts'
import { failure } from '../errors.ts'
import { newStream, numbered } from '../events.ts'
import { module, type PublicClient } from '../public-client.ts'
import { consume, GROUP, streamSettings } from './groups.ts'
import { TestConsumer } from './test-consumer.ts'

const { AccessDeniedError } = module
const secure = secureNodeForTests()

/** A stream that clerks may read, with a group on it. */
async function clerksGroup(): Promise<string> {
  const admin = secure.as('admin')
  const stream = newStream('clerks')
  await admin.appendToStream(stream, numbered(1))
  await admin.setStreamMetadata(stream, { acl: { readRoles: ['clerks'] } })
  await admin.createPersistentSubscriptionToStream(stream, GROUP, streamSettings())
  return stream
}

it('only operators and administrators make, change, delete, replay and restart groups', async () => {
  const stream = await clerksGroup()
  const calls: readonly ((client: PublicClient) => Promise<void>)[] = [
    (client) =>
      client.createPersistentSubscriptionToStream(stream, newStream('g'), streamSettings()),
    (client) => client.replayParkedMessagesToStream(stream, GROUP),
    (client) => client.updatePersistentSubscriptionToStream(stream, GROUP, streamSettings()),
    (client) => client.restartPersistentSubscriptionSubsystem(),
    (client) => client.deletePersistentSubscriptionToStream(stream, GROUP),
  ]
  for (const call of calls) {
    for (const name of ['alice', 'bob', undefined]) {
      expect(await failure(call(secure.as(name)))).toBeInstanceOf(AccessDeniedError)
    }
    await call(secure.as('ops'))
  }
})

it('everybody known is told about groups, nobody else', async () => {
  const stream = await clerksGroup()
  const info = await secure.as('bob').getPersistentSubscriptionToStreamInfo(stream, GROUP)
  expect(info.groupName).toBe(GROUP)
  expect(await secure.as('bob').listPersistentSubscriptionsToStream(stream)).toHaveLength(1)
  const nobody = secure.as()
  expect(await failure(nobody.getPersistentSubscriptionToStreamInfo(stream, GROUP))).toBeInstanceOf(
    AccessDeniedError,
  )
  expect(await failure(nobody.listAllPersistentSubscriptions())).toBeInstanceOf(AccessDeniedError)
})

it('who may read the stream may consume, by name', async () => {
  const stream = await clerksGroup()
  const consumer = await consume(secure.as('alice'), stream)
  expect(await consumer.process(1)).toEqual([0])
  const info = await secure.as('admin').getPersistentSubscriptionToStreamInfo(stream, GROUP)
  expect(info.connections.map(({ username }) => username)).toEqual(['alice'])
  const refused = secure.as('bob').subscribeToPersistentSubscriptionToStream(stream, GROUP)
  expect(await new TestConsumer(refused).error).toBeInstanceOf(AccessDeniedError)
})

it('what a group keeps of itself is for administrators alone', async () => {
  const stream = await clerksGroup()
  const consumer = await consume(secure.as('alice'), stream)
  await consumer.nack(module.PARK, await consumer.next())
  const parked = `$persistentsubscription-${stream}::${GROUP}-parked`
  for (const name of [parked, '$persistentSubscriptionConfig']) {
    const read = secure.as('alice').readStream(name)
    await expect(
      (async () => {
        for await (const event of read) expect(event).toBeUndefined()
      })(),
    ).rejects.toBeInstanceOf(AccessDeniedError)
  }
})
