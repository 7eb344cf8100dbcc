import { describe, expect, it } from 'vitest'
import { failure } from '../errors.ts'
import { collect, newStream, numbered } from '../events.ts'
import { module } from '../public-client.ts'
import { getSecurely } from './https-get.ts'
import { secureNodeForTests } from './secure-node.ts'

const { AccessDeniedError } = module
const withStreams = secureNodeForTests(['--allow-anonymous-stream-access'])
const withEndpoints = secureNodeForTests(['--allow-anonymous-endpoint-access'])
const withoutGossip = secureNodeForTests(['--override-anonymous-endpoint-access-for-gossip=false'])

async function allDenied(calls: readonly Promise<unknown>[]): Promise<void> {
  for (const error of await Promise.all(calls.map(failure))) {
    expect(error).toBeInstanceOf(AccessDeniedError)
  }
}

describe('who has not said who they are', () => {
  it('may do with streams what everybody may, where that is allowed', async () => {
    const [open, closed] = [newStream('open'), newStream('closed')]
    await withStreams.as('admin').setStreamMetadata(closed, { acl: { readRoles: ['alice'] } })
    await withStreams.as('admin').appendToStream(closed, numbered(1))
    const nobody = withStreams.as()
    await nobody.appendToStream(open, numbered(1))
    expect(await collect(nobody.readStream(open))).toHaveLength(1)
    await allDenied([
      collect(nobody.readStream(closed)),
      collect(nobody.readAll({ maxCount: 1 })),
      nobody.listAllPersistentSubscriptions(),
    ])
  })

  it('may ask what every user may, where that is allowed', async () => {
    const nobody = withEndpoints.as()
    expect(await nobody.listAllPersistentSubscriptions()).toEqual([])
    await allDenied([
      nobody.appendToStream('any', numbered(1)),
      nobody.restartPersistentSubscriptionSubsystem(),
    ])
  })

  it('may not even ask for gossip, where that is not allowed', async () => {
    expect((await getSecurely(withoutGossip, '/gossip')).code).toBe(401)
    expect((await getSecurely(withoutGossip, '/gossip', 'bob:bob-password')).code).toBe(200)
    expect((await getSecurely(withStreams, '/gossip')).code).toBe(200)
  })
})
