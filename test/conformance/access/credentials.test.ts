import { describe, expect, it, vi } from 'vitest'
import { failure } from '../errors.ts'
import { collect, newStream, numbered, streamOf } from '../events.ts'
import { module, type PublicClient } from '../public-client.ts'
import { getSecurely } from './https-get.ts'
import { secureNodeForTests, USERS, user, writeUsersFile } from './secure-node.ts'

const { AccessDeniedError } = module
const secure = secureNodeForTests()
const ELSEWHERE = '127.0.0.2'

/** Every way to call, for somebody who may not. */
const CALLS: readonly (readonly [
  name: string,
  call: (client: PublicClient) => Promise<unknown>,
])[] = [
  ['batch append', (client) => client.appendToStream('calls', numbered(1))],
  ['reading a stream', (client) => collect(client.readStream('calls'))],
  ['reading $all', (client) => collect(client.readAll())],
  ['subscribing to a stream', (client) => collect(client.subscribeToStream('calls'))],
  ['subscribing to $all', (client) => collect(client.subscribeToAll())],
  ['deleting', (client) => client.deleteStream('calls')],
  ['tombstoning', (client) => client.tombstoneStream('calls')],
  ['setting metadata', (client) => client.setStreamMetadata('calls', { maxCount: 1 })],
  ['getting metadata', (client) => client.getStreamMetadata('calls')],
]

describe('credentials', () => {
  it('of a user let in, in the connection string and with a call', async () => {
    const stream = newStream('mine')
    await secure.as('alice').appendToStream(stream, numbered(1))
    const credentials = { username: 'bob', password: 'bob-password' }
    await secure.as('alice').appendToStream(stream, numbered(1, 1), { credentials })
    expect(await collect(secure.as('bob').readStream(stream))).toHaveLength(2)
  })

  it('of a call go before those of the connection', async () => {
    const credentials = { username: 'bob', password: 'wrong' }
    const append = secure.as('alice').appendToStream('calls', numbered(1), { credentials })
    expect(await failure(append)).toBeInstanceOf(AccessDeniedError)
  })

  describe.each(CALLS)('that are wrong: %s', (_call, call) => {
    it('tells nothing but that, whoever they are of', async () => {
      const errors = [
        await failure(call(secure.as('alice', 'wrong'))),
        await failure(call(secure.as('nobody', 'wrong'))),
        await failure(call(secure.as('carol'))),
        await failure(call(secure.as('alice', 'alice-passwor'))),
      ]
      for (const error of errors) expect(error).toBeInstanceOf(AccessDeniedError)
      expect(new Set(errors.map(String)).size).toBe(1)
    })

    it('is denied to those who give none', async () => {
      expect(await failure(call(secure.as()))).toBeInstanceOf(AccessDeniedError)
    })
  })

  it('may hold characters outside ASCII, in the name and in the password', async () => {
    const special = user('zoë', [])
    await writeUsersFile(secure.usersFile, [...USERS, special])
    await vi.waitFor(
      async () => {
        await streamOf(secure.as('zoë'), 1)
      },
      { timeout: 10_000, interval: 1_500 },
    )
    expect((await getSecurely(secure, '/ping', 'zoë:zoë-password')).code).toBe(200)
  })

  it('are those of the users file as it is now', async () => {
    const client = secure.as('bob')
    await streamOf(client, 1)
    const disabled = USERS.map((one) => (one.name === 'bob' ? { ...one, disabled: true } : one))
    await writeUsersFile(secure.usersFile, disabled)
    await vi.waitFor(
      async () => {
        const call = client.getStreamMetadata('any')
        expect(await failure(call)).toBeInstanceOf(AccessDeniedError)
      },
      { timeout: 10_000, interval: 200 },
    )
    await writeUsersFile(secure.usersFile, USERS)
    await untilLetIn(client)
  })

  it('stay as they were while the users file cannot be used', async () => {
    await writeUsersFile(secure.usersFile, [...USERS, user('bob', [])])
    await vi.waitFor(
      async () => {
        await secure.as('bob').getStreamMetadata('any')
        expect(secure.node.log).toContain('a name is there twice')
      },
      { timeout: 10_000, interval: 200 },
    )
    await writeUsersFile(secure.usersFile, USERS)
  })

  it('are checked beside the calls of those who are known', async () => {
    const known = secure.as('alice')
    await untilLetIn(known)
    const stream = await streamOf(known, 1)
    let open = 10
    const guesses = Array.from({ length: open }, async (_, index) => {
      const { code } = await getSecurely(secure, '/ping', `nobody:guess-${index}`)
      open -= 1
      return code
    })
    expect(await collect(known.readStream(stream))).toHaveLength(1)
    expect(open).toBeGreaterThan(0)
    expect(new Set(await Promise.all(guesses))).toEqual(new Set([401]))
  })

  it.runIf(process.platform === 'linux')(
    'are checked beside those guessed from elsewhere',
    async () => {
      const client = secure.as('alice')
      const guesses = Array.from({ length: 90 }, (_, index) => {
        const credentials = { username: `nobody-${index}`, password: 'guess' }
        return failure(client.getStreamMetadata('any', { credentials }))
      })
      // One is answered as soon as there are too many of them.
      await Promise.race(guesses)
      const answer = await getSecurely(
        secure,
        '/ping',
        'second-admin:second-admin-password',
        ELSEWHERE,
      )
      expect(answer.code).toBe(200)
      await Promise.all(guesses)
    },
  )
})

/** Reads, as a call of its own: an open stream of batch appends is not asked again who it is. */
function untilLetIn(client: PublicClient): Promise<void> {
  return vi.waitFor(
    async () => {
      await client.getStreamMetadata('any')
    },
    { timeout: 10_000, interval: 200 },
  )
}
