import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { newStream, numbered } from '../events.ts'
import { failure } from '../errors.ts'
import { module, type PublicClient } from '../public-client.ts'
import { secureNodeForTests } from './secure-node.ts'

const { AccessDeniedError, persistentSubscriptionToStreamSettingsFromDefaults } = module
const settings = persistentSubscriptionToStreamSettingsFromDefaults()
const secure = secureNodeForTests()

/** A group that `ops` has made on a stream that alice alone may read. */
async function groupOnClosedStream(): Promise<string> {
  const stream = newStream('grouped')
  const acl = { readRoles: ['alice'], writeRoles: ['alice'] }
  await secure.as('admin').appendToStream(stream, numbered(1))
  await secure.as('admin').setStreamMetadata(stream, { acl })
  await secure.as('ops').createPersistentSubscriptionToStream(stream, 'group', settings)
  return stream
}

/** The error that joining a group ends with. */
async function joinError(client: PublicClient, stream: string): Promise<unknown> {
  const subscription = client.subscribeToPersistentSubscriptionToStream(stream, 'group')
  const [error] = (await once(subscription, 'error').catch((thrown: unknown) => [thrown])) as [
    unknown,
  ]
  return error
}

describe('a persistent subscription', () => {
  it('is made, changed, replayed and deleted by operators and admins alone', async () => {
    const stream = await groupOnClosedStream()
    const alice = secure.as('alice')
    const calls = [
      () => alice.createPersistentSubscriptionToStream(stream, 'other', settings),
      () => alice.updatePersistentSubscriptionToStream(stream, 'group', settings),
      () => alice.replayParkedMessagesToStream(stream, 'group'),
      () => alice.deletePersistentSubscriptionToStream(stream, 'group'),
    ]
    for (const call of calls) expect(await failure(call())).toBeInstanceOf(AccessDeniedError)
    await secure.as('admin').updatePersistentSubscriptionToStream(stream, 'group', settings)
    await secure.as('ops').deletePersistentSubscriptionToStream(stream, 'group')
  })

  it('is looked at by every user', async () => {
    const stream = await groupOnClosedStream()
    const call = secure.as().getPersistentSubscriptionToStreamInfo(stream, 'group')
    expect(await failure(call)).toBeInstanceOf(AccessDeniedError)
    const info = await secure.as('bob').getPersistentSubscriptionToStreamInfo(stream, 'group')
    expect(info).toMatchObject({ groupName: 'group' })
  })

  it('is joined by those who may read its stream', async () => {
    const stream = await groupOnClosedStream()
    expect(await joinError(secure.as('bob'), stream)).toBeInstanceOf(AccessDeniedError)
    expect(await joinError(secure.as(), stream)).toBeInstanceOf(AccessDeniedError)
    const joined = secure.as('alice').subscribeToPersistentSubscriptionToStream(stream, 'group')
    joined.on('error', () => undefined)
    await once(joined, 'confirmation')
    await joined.unsubscribe()
  })
})
