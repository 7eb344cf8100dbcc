import { describe, expect, it } from 'vitest'
import { failure } from '../errors.ts'
import { APPEND_PATHS, collect, newStream, numbered } from '../events.ts'
import { module } from '../public-client.ts'
import { secureNodeForTests } from './secure-node.ts'

const { AccessDeniedError, jsonEvent } = module
const secure = secureNodeForTests()

type Roles = string | string[]

type Acl = Partial<Record<'$r' | '$w' | '$d' | '$mr' | '$mw', Roles>>

const NOT_UNDERSTOOD: readonly (readonly [what: string, acl: unknown])[] = [
  ['a number', 7],
  ['an array', ['bob']],
  ['names that are none', { $r: [1], $w: [], $d: [], $mr: [], $mw: [] }],
  ['an unknown default', '$everybody'],
]

/** A stream with one event and an access list, as the admin makes it. */
async function streamWith(acl: Acl, prefix = 'listed'): Promise<string> {
  const stream = newStream(prefix)
  await secure.as('admin').appendToStream(stream, numbered(1))
  await setAcl(stream, acl)
  return stream
}

/** The list goes as it is: the clients' own form of it knows arrays alone. */
async function setAcl(stream: string, acl: unknown): Promise<void> {
  const data: Record<string, unknown> = acl === undefined ? {} : { $acl: acl }
  const metadata = jsonEvent({ type: '$metadata', data })
  await secure.as('admin').appendToStream(`$$${stream}`, metadata)
}

async function isDenied(call: Promise<unknown>): Promise<boolean> {
  try {
    await call
    return false
  } catch (error) {
    if (error instanceof AccessDeniedError) return true
    throw error
  }
}

function read(name: string, stream: string): Promise<boolean> {
  return isDenied(collect(secure.as(name).readStream(stream)))
}

/** Reads until something comes, then stops. */
async function untilFirst(source: AsyncIterable<unknown>): Promise<void> {
  const iterator = source[Symbol.asyncIterator]()
  await iterator.next()
  await iterator.return?.()
}

describe('an access list', () => {
  it('grants reading to users and groups by name, and to no others', async () => {
    const stream = await streamWith({ $r: ['clerks', 'ops'] })
    expect(await read('alice', stream)).toBe(false)
    expect(await read('ops', stream)).toBe(false)
    expect(await read('bob', stream)).toBe(true)
    expect(await read('admin', stream)).toBe(false)
  })

  it('is one name as well as an array, and $all is everybody known', async () => {
    expect(await read('bob', await streamWith({ $r: 'bob' }))).toBe(false)
    expect(await read('alice', await streamWith({ $r: 'bob' }))).toBe(true)
    const open = await streamWith({ $r: '$all' })
    expect(await read('alice', open)).toBe(false)
    expect(await isDenied(collect(secure.as().readStream(open)))).toBe(true)
  })

  it('that is empty leaves admins alone, by group and by name', async () => {
    const stream = await streamWith({ $r: [] })
    expect(await read('alice', stream)).toBe(true)
    expect(await read('ops', stream)).toBe(true)
    expect(await read('admin', stream)).toBe(false)
    expect(await read('second-admin', stream)).toBe(false)
  })

  it('leaves to the default what it does not name', async () => {
    const stream = await streamWith({ $w: [] })
    expect(await read('bob', stream)).toBe(false)
  })

  it('guards subscriptions as it does reading', async () => {
    const stream = await streamWith({ $r: 'alice' })
    expect(await isDenied(untilFirst(secure.as('alice').subscribeToStream(stream)))).toBe(false)
    expect(await isDenied(untilFirst(secure.as('bob').subscribeToStream(stream)))).toBe(true)
  })

  describe.each(APPEND_PATHS)('guards writing by %s', (path) => {
    it('whoever does it', async () => {
      const stream = await streamWith({ $w: 'alice' })
      for (const [name, denied] of [
        ['alice', false],
        ['bob', true],
        ['ops', true],
        ['admin', false],
      ] as const) {
        const credentials = { username: name, password: `${name}-password` }
        const options = path === 'batch append' ? {} : { credentials }
        const client = secure.as(path === 'batch append' ? name : 'admin')
        const append = client.appendToStream(stream, numbered(1), options)
        expect(await isDenied(append)).toBe(denied)
      }
    })
  })

  it('that denies one append leaves the others of the same client alone', async () => {
    const closed = await streamWith({ $w: [] })
    const open = newStream('open')
    const client = secure.as('bob')
    expect(await isDenied(client.appendToStream(closed, numbered(1)))).toBe(true)
    await client.appendToStream(open, numbered(2))
    expect(await collect(client.readStream(open))).toHaveLength(2)
    expect(await collect(client.readStream(closed))).toHaveLength(1)
  })

  it.each(['deleteStream', 'tombstoneStream'] as const)('guards %s', async (call) => {
    const stream = await streamWith({ $d: 'alice' })
    expect(await isDenied(secure.as('bob')[call](stream))).toBe(true)
    expect(await isDenied(secure.as('alice')[call](stream))).toBe(false)
  })

  it('guards the metadata apart from the events', async () => {
    const stream = await streamWith({ $mr: 'alice', $mw: 'bob' })
    const [alice, bob] = [secure.as('alice'), secure.as('bob')]
    expect(await isDenied(alice.getStreamMetadata(stream))).toBe(false)
    expect(await isDenied(bob.getStreamMetadata(stream))).toBe(true)
    expect(await read('bob', `$$${stream}`)).toBe(true)
    expect(await read('bob', stream)).toBe(false)
    expect(await isDenied(alice.setStreamMetadata(stream, { maxCount: 5 }))).toBe(true)
    expect(await isDenied(bob.setStreamMetadata(stream, { maxCount: 5 }))).toBe(false)
  })

  it('holds from the moment it is written, and no longer than that', async () => {
    const stream = await streamWith({ $r: [] })
    expect(await read('bob', stream)).toBe(true)
    await setAcl(stream, { $r: 'bob' })
    expect(await read('bob', stream)).toBe(false)
    await setAcl(stream, undefined)
    expect(await read('alice', stream)).toBe(false)
  })

  it('can be set and read through the client', async () => {
    const stream = newStream('set')
    const acl = { readRoles: ['alice'], writeRoles: ['$admins'] }
    await secure.as('admin').appendToStream(stream, numbered(1))
    await secure.as('admin').setStreamMetadata(stream, { acl })
    expect(await read('alice', stream)).toBe(false)
    expect(await read('bob', stream)).toBe(true)
    const { metadata } = await secure.as('admin').getStreamMetadata(stream)
    expect(metadata?.acl).toMatchObject(acl)
  })

  it.each(NOT_UNDERSTOOD)(
    'that cannot be understood lets only admins in: %s',
    async (_case, acl) => {
      const stream = newStream('odd')
      await secure.as('admin').appendToStream(stream, numbered(1))
      await setAcl(stream, acl)
      expect(await read('bob', stream)).toBe(true)
      expect(await read('admin', stream)).toBe(false)
    },
  )
})

describe('without an access list', () => {
  it('a user stream is for everybody known', async () => {
    const stream = newStream('plain')
    const bob = secure.as('bob')
    await bob.appendToStream(stream, numbered(1))
    await bob.setStreamMetadata(stream, { maxCount: 3 })
    expect(await read('alice', stream)).toBe(false)
    await secure.as('alice').deleteStream(stream)
  })

  it('a system stream and $all are for admins', async () => {
    const stream = newStream('$system')
    for (const name of ['alice', 'ops']) {
      const client = secure.as(name)
      expect(await isDenied(client.appendToStream(stream, numbered(1)))).toBe(true)
      expect(await read(name, stream)).toBe(true)
      expect(await read(name, `$$${stream}`)).toBe(true)
      expect(await isDenied(collect(client.readAll({ maxCount: 1 })))).toBe(true)
      expect(await isDenied(collect(client.subscribeToAll()))).toBe(true)
    }
    const admin = secure.as('admin')
    await admin.appendToStream(stream, numbered(1))
    expect(await collect(admin.readAll({ maxCount: 1 }))).toHaveLength(1)
    expect(await isDenied(untilFirst(admin.subscribeToAll()))).toBe(false)
  })

  it('$all can be opened by a list of its own, and written to by nobody', async () => {
    await setAcl('$all', { $r: 'ops' })
    expect(await isDenied(collect(secure.as('ops').readAll({ maxCount: 1 })))).toBe(false)
    expect(await isDenied(collect(secure.as('alice').readAll({ maxCount: 1 })))).toBe(true)
    for (const name of ['ops', 'admin']) {
      const client = secure.as(name)
      const credentials = { username: name, password: `${name}-password` }
      expect(await isDenied(client.appendToStream('$all', numbered(1)))).toBe(true)
      const classic = client.appendToStream('$all', numbered(1), { credentials })
      expect(await isDenied(classic)).toBe(true)
      expect(await isDenied(client.deleteStream('$all'))).toBe(true)
      expect(await isDenied(client.tombstoneStream('$all'))).toBe(true)
    }
  })

  it('the defaults are those of $settings, as it is now', async () => {
    const [plain, system] = [newStream('settings'), newStream('$settings-test')]
    const admin = secure.as('admin')
    await admin.appendToStream(plain, numbered(1))
    await admin.appendToStream(system, numbered(1))
    const settings = { $userStreamAcl: { $r: 'alice' }, $systemStreamAcl: { $r: 'bob' } }
    await admin.appendToStream('$settings', jsonEvent({ type: '$settings', data: settings }))
    try {
      expect([await read('alice', plain), await read('bob', plain)]).toEqual([false, true])
      expect([await read('alice', system), await read('bob', system)]).toEqual([true, false])
      expect(await isDenied(secure.as('bob').appendToStream(plain, numbered(1)))).toBe(false)
    } finally {
      await admin.appendToStream('$settings', jsonEvent({ type: '$settings', data: {} }))
    }
    expect(await read('bob', plain)).toBe(false)
  })

  it('who is denied learns that and no more', async () => {
    const closed = await streamWith({ $r: [] })
    const missing = newStream('$missing')
    const errors = [
      await failure(collect(secure.as('bob').readStream(closed))),
      await failure(collect(secure.as('bob').readStream(missing))),
    ]
    expect(new Set(errors.map(String)).size).toBe(1)
  })
})
