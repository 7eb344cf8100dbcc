import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { failure } from '../errors.ts'
import { newStream, numbered, streamOf } from '../events.ts'
import { module, type PublicClient } from '../public-client.ts'
import { secureNodeForTests, USERS, writeUsersFile } from './secure-node.ts'

const { AccessDeniedError, persistentSubscriptionToStreamSettingsFromDefaults } = module
const secure = secureNodeForTests()
/** Many a second, as the calls themselves do not ask again. */
const TIMEOUT_MS = 5_000

/** What a call that stays open ends with. */
type Opened = (client: PublicClient, stream: string) => Promise<{ ended: Promise<unknown> }>

const OPEN: readonly (readonly [string, Opened])[] = [
  [
    'a subscription',
    async (client, stream) => {
      const subscription = client.subscribeToStream(stream)
      await once(subscription, 'confirmation')
      return { ended: new Promise((resolve) => subscription.on('error', resolve)) }
    },
  ],
  [
    'a consumer of a group',
    async (client, stream) => {
      const settings = persistentSubscriptionToStreamSettingsFromDefaults()
      await secure.as('ops').createPersistentSubscriptionToStream(stream, 'group', settings)
      const consumer = client.subscribeToPersistentSubscriptionToStream(stream, 'group')
      await once(consumer, 'confirmation')
      return { ended: new Promise((resolve) => consumer.on('error', resolve)) }
    },
  ],
]

/** The users, with bob as he is now. */
async function changeBob(change: Partial<(typeof USERS)[number]>): Promise<void> {
  const changed = USERS.map((one) => (one.name === 'bob' ? { ...one, ...change } : one))
  await writeUsersFile(secure.usersFile, changed)
}

/** Lets the node see the users as they were before the next test begins. */
async function restore(): Promise<void> {
  await writeUsersFile(secure.usersFile, USERS)
  await new Promise((resolve) => setTimeout(resolve, 1_500))
}

describe.each(OPEN)('of somebody who is changed in the users file: %s', (_, open) => {
  it.each([
    ['disabled', { disabled: true }],
    ['in another group', { groups: ['clerks'] }],
    ['gone', { name: 'not-bob' }],
  ])('ends, and no other does: %s', async (_what, change) => {
    const stream = await streamOf(secure.as('alice'), 1)
    const other = await streamOf(secure.as('alice'), 1)
    const mine = await open(secure.as('bob'), stream)
    const others = await open(secure.as('alice'), other)
    await changeBob(change)
    const late = new Promise((resolve) => setTimeout(resolve, TIMEOUT_MS, 'still open'))
    expect(await Promise.race([mine.ended, late])).toBeInstanceOf(AccessDeniedError)
    const soon = new Promise((resolve) => setTimeout(resolve, 500, 'still open'))
    expect(await Promise.race([others.ended, soon])).toBe('still open')
    await restore()
  })
})

it('a stream of batch appends of somebody who is disabled takes no more', async () => {
  const bob = secure.as('bob')
  const stream = newStream('appended')
  await bob.appendToStream(stream, numbered(1))
  await changeBob({ disabled: true })
  await new Promise((resolve) => setTimeout(resolve, 2_000))
  const append = bob.appendToStream(stream, numbered(1, 1))
  expect(await failure(append)).toBeInstanceOf(AccessDeniedError)
  await restore()
})
