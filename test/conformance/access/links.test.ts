import { describe, expect, it, vi } from 'vitest'
import { collect, newStream, numbered } from '../events.ts'
import { module } from '../public-client.ts'
import { secureNodeForTests } from './secure-node.ts'

const {
  binaryEvent,
  PARK,
  persistentSubscriptionToAllSettingsFromDefaults,
  persistentSubscriptionToStreamSettingsFromDefaults,
  START,
  streamNameFilter,
} = module
const secure = secureNodeForTests()
const WHO_SEES_IT = [
  ['alice', 'Numbered'],
  ['bob', undefined],
] as const

/** A link to the first event of a stream. */
function linkTo(stream: string) {
  return binaryEvent({ type: '$>', data: Buffer.from(`0@${stream}`) })
}

/** Links of bob to an event, and to metadata, that alice alone may read. */
async function linksToSecrets(): Promise<string> {
  const [secret, links] = [newStream('secret'), newStream('links')]
  const admin = secure.as('admin')
  await admin.appendToStream(secret, numbered(1))
  const acl = { readRoles: ['alice'], metaReadRoles: ['alice'] }
  await admin.setStreamMetadata(secret, { acl })
  await secure.as('bob').appendToStream(links, [linkTo(secret), linkTo(`$$${secret}`)])
  return links
}

describe('a link to what may not be read', () => {
  it.each([
    ['alice', ['Numbered', '$metadata']],
    ['bob', [undefined, undefined]],
  ])('is resolved by reads and subscriptions of those alone who may: %s', async (name, types) => {
    const links = await linksToSecrets()
    const client = secure.as(name)
    const read = await collect(client.readStream(links, { resolveLinkTos: true }))
    expect(read.map(({ event }) => event?.type)).toEqual(types)
    const heard: unknown[] = []
    const subscription = client.subscribeToStream(links, { resolveLinkTos: true })
    subscription.on('data', ({ event }) => heard.push(event?.type))
    await vi.waitFor(() => {
      expect(heard).toEqual(types)
    })
    await subscription.unsubscribe()
  })

  it.each(WHO_SEES_IT)(
    'is given by a group to %s as %s, parked and replayed too',
    async (name, type) => {
      const links = await linksToSecrets()
      const settings = persistentSubscriptionToStreamSettingsFromDefaults({
        resolveLinkTos: true,
        startFrom: START,
      })
      const ops = secure.as('ops')
      await ops.createPersistentSubscriptionToStream(links, 'group', settings)
      const group = secure.as(name).subscribeToPersistentSubscriptionToStream(links, 'group')
      const heard: unknown[] = []
      group.on('data', (resolved) => {
        heard.push(resolved.event?.type)
        if (heard.length <= 2) void group.nack(PARK, 'for later', resolved)
      })
      await vi.waitFor(() => {
        expect(heard).toHaveLength(2)
      })
      await vi.waitFor(async () => {
        const { stats } = await ops.getPersistentSubscriptionToStreamInfo(links, 'group')
        expect(stats.parkedMessageCount).toBe(2n)
      })
      await ops.replayParkedMessagesToStream(links, 'group')
      await vi.waitFor(() => {
        expect(heard).toHaveLength(4)
      })
      expect([heard[0], heard[2]]).toEqual([type, type])
      await group.unsubscribe()
    },
  )
})

it('a parked event of $all is given again to those who may read $all', async () => {
  const stream = newStream('secret')
  const [admin, bob] = [secure.as('admin'), secure.as('bob')]
  await admin.setStreamMetadata('$all', { acl: { readRoles: ['bob'] } })
  await admin.setStreamMetadata(stream, { acl: { readRoles: ['alice'] } })
  await admin.appendToStream(stream, numbered(1))
  const settings = persistentSubscriptionToAllSettingsFromDefaults({ startFrom: START })
  const filter = streamNameFilter({ prefixes: [stream] })
  await admin.createPersistentSubscriptionToAll('group', settings, { filter })
  const group = bob.subscribeToPersistentSubscriptionToAll('group')
  const heard: unknown[] = []
  group.on('data', (resolved) => {
    heard.push(resolved.event?.type)
    if (heard.length === 1) void group.nack(PARK, 'for later', resolved)
  })
  await vi.waitFor(async () => {
    const { stats } = await admin.getPersistentSubscriptionToAllInfo('group')
    expect(stats.parkedMessageCount).toBe(1n)
  })
  await admin.replayParkedMessagesToAll('group')
  await vi.waitFor(() => {
    expect(heard).toEqual(['Numbered', 'Numbered'])
  })
  await group.unsubscribe()
})
