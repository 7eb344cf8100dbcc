import { scryptSync } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Authenticator } from '../../../infrastructure/event-store-node/access/authenticator.ts'
import {
  flawOfPassword,
  parseBasicCredentials,
} from '../../../infrastructure/event-store-node/access/basic-credentials.ts'
import { ensureUsers } from '../../../infrastructure/event-store-node/access/default-users.ts'
import { PasswordChecks } from '../../../infrastructure/event-store-node/access/password-checks.ts'
import {
  hashPassword,
  isPassword,
} from '../../../infrastructure/event-store-node/access/password-hash.ts'
import { followUsers } from '../../../infrastructure/event-store-node/access/users.ts'
import {
  changeUsers,
  readUsers,
  type User,
  UsersFileError,
} from '../../../infrastructure/event-store-node/access/users-file.ts'
import { RpcError } from '../../../infrastructure/event-store-node/wire/rpc-error.ts'

/** Hashing a password is slow by intent, on a busy machine all the more. */
vi.setConfig({ testTimeout: 60_000 })

const HERE = '127.0.0.1'

/** scrypt of "right", which costs little to check. */
const CHEAP = cheapHash()

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'users-test-'))
  path = join(folder, 'users.json')
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

function cheapHash(): User['password'] {
  const cost = { N: 1_024, r: 8, p: 1 }
  const salt = Buffer.alloc(16, 7)
  const hash = scryptSync('right', salt, 32, cost).toString('base64')
  return { algorithm: 'scrypt', ...cost, salt: salt.toString('base64'), hash }
}

function user(name: string, change: Partial<User> = {}): User {
  return { name, groups: ['clerks'], disabled: false, password: CHEAP, ...change }
}

function writeUsers(file: string, users: readonly User[]): void {
  changeUsers(file, () => users)
}

function basic(name: string, password: string): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`
}

async function codeOf(call: Promise<unknown>): Promise<number | undefined> {
  try {
    await call
    return undefined
  } catch (error) {
    if (error instanceof RpcError) return error.code
    throw error
  }
}

describe('the users file', () => {
  it('keeps what was written, for its owner alone', () => {
    writeUsers(path, [user('a'), user('b', { disabled: true })])
    expect(readUsers(path)).toEqual([user('a'), user('b', { disabled: true })])
    expect(statSync(path).mode & 0o777).toBe(0o600)
    writeUsers(path, [])
    expect(readUsers(path)).toEqual([])
    expect(existsSync(`${path}.next`)).toBe(false)
  })

  it('has nobody in it while it is missing', () => {
    expect(readUsers(path)).toEqual([])
  })

  it.each([0o644, 0o640, 0o604, 0o620])('is refused when others have a right to it: %o', (mode) => {
    writeUsers(path, [user('a')])
    chmodSync(path, mode)
    expect(() => readUsers(path)).toThrow(UsersFileError)
    expect(() => readUsers(path)).toThrow('chmod 600')
  })

  it.each([
    ['no JSON', '{'],
    ['no users', '{}'],
    ['a key too many', JSON.stringify({ users: [], more: 1 })],
    ['a name twice', JSON.stringify({ users: [user('a'), user('a')] })],
    ['a name like a group', JSON.stringify({ users: [user('$admins')] })],
    ['a name with a colon', JSON.stringify({ users: [user('a:b')] })],
    ['everybody as a group', JSON.stringify({ users: [user('a', { groups: ['$all'] })] })],
    ['a password in clear', JSON.stringify({ users: [{ ...user('a'), password: 'right' }] })],
    [
      'a hash that costs too much',
      JSON.stringify({ users: [user('a', { password: { ...CHEAP, N: 2 ** 30 } })] }),
    ],
  ])('is refused when it holds %s', (_what, text) => {
    writeFileSync(path, text, { mode: 0o600 })
    expect(() => readUsers(path)).toThrow(UsersFileError)
    expect(() => readUsers(path)).toThrow(path)
  })

  it('is changed by one at a time, and stays whole when that fails', () => {
    writeUsers(path, [user('a')])
    writeFileSync(`${path}.next`, '')
    expect(() => {
      writeUsers(path, [])
    }).toThrow('another change is under way')
    expect(readUsers(path)).toHaveLength(1)
  })

  it('that cannot be read says why, and not that it is malformed', () => {
    mkdirSync(path, { mode: 0o700 })
    expect(() => readUsers(path)).toThrow(UsersFileError)
    expect(() => readUsers(path)).toThrow(`${path} cannot be read: Error: EISDIR`)
  })

  it('in a folder that is not there says so', () => {
    expect(() => {
      writeUsers(join(folder, 'no', 'users.json'), [])
    }).toThrow(UsersFileError)
  })

  it('is read while nobody else can change it', () => {
    writeUsers(path, [user('a')])
    changeUsers(path, (users) => {
      expect(() => {
        writeUsers(path, [])
      }).toThrow('another change is under way')
      return [...users, user('b')]
    })
    expect(readUsers(path)).toEqual([user('a'), user('b')])
  })

  it.runIf(process.getuid?.() === 0)("stays its owner's when root changes it", () => {
    writeUsers(path, [user('a')])
    chownSync(path, 12_345, 23_456)
    writeUsers(path, [user('b')])
    expect(statSync(path)).toMatchObject({ uid: 12_345, gid: 23_456 })
    rmSync(path)
    chownSync(folder, 34_567, 45_678)
    writeUsers(path, [user('b')])
    expect(statSync(path)).toMatchObject({ uid: 34_567, gid: 45_678 })
  })

  it('gets its first users once, and must get an admin', async () => {
    await expect(ensureUsers(path, { admin: undefined, ops: 'x' })).rejects.toThrow(
      'EVENTSTORE_DEFAULT_ADMIN_PASSWORD',
    )
    await ensureUsers(path, { admin: 'first', ops: 'second' })
    const [admin, ops] = readUsers(path)
    expect(admin).toMatchObject({ name: 'admin', groups: ['$admins'] })
    expect(ops).toMatchObject({ name: 'ops', groups: ['$ops'] })
    await ensureUsers(path, { admin: 'other', ops: undefined })
    expect(readUsers(path)).toEqual([admin, ops])
    expect(await isPassword('first', admin?.password ?? CHEAP)).toBe(true)
    expect(await isPassword('other', admin?.password ?? CHEAP)).toBe(false)
  })
})

describe('Basic credentials', () => {
  it.each([
    ['Basic YTpi', { name: 'a', password: 'b' }],
    ['basic  YTpi', { name: 'a', password: 'b' }],
    [basic('zoë', 'p:q:'), { name: 'zoë', password: 'p:q:' }],
    [basic('a', ''), { name: 'a', password: '' }],
    ['Bearer YTpi', undefined],
    ['Basic', undefined],
    ['Basic ', undefined],
    ['Basic !!!!', undefined],
    ['Basic YQ==', undefined],
    [basic('', 'b'), undefined],
    [basic('a', 'b'.repeat(3_000)), undefined],
  ])('%s', (header, credentials) => {
    expect(parseBasicCredentials(header)).toEqual(credentials)
  })

  it('of the longest name and the longest password are understood', () => {
    const [name, password] = ['🂡'.repeat(100), 'é'.repeat(512)]
    expect(flawOfPassword(password)).toBeUndefined()
    expect(parseBasicCredentials(basic(name, password))).toEqual({ name, password })
    expect(flawOfPassword(`${password}.`)).toBe('a password has 1 to 1024 bytes')
  })
})

describe('who a caller is', () => {
  let nowMs = 0

  function authenticatorOf(users: readonly User[], checks = new PasswordChecks()) {
    writeUsers(path, users)
    const errors: unknown[] = []
    const followed = followUsers({
      path,
      nowMs: () => nowMs,
      onError: (error) => errors.push(error),
    })
    return { authenticator: new Authenticator(followed, checks), errors }
  }

  it('is told by name and groups, or nobody without a header', async () => {
    const { authenticator } = authenticatorOf([user('a')])
    expect(await authenticator.authenticate([basic('a', 'right')], HERE)).toEqual({
      name: 'a',
      groups: ['clerks'],
    })
    expect(await authenticator.authenticate([], HERE)).toEqual({ name: undefined, groups: [] })
  })

  it('is not told by what is wrong, whatever that is', async () => {
    const { authenticator } = authenticatorOf([user('a'), user('off', { disabled: true })])
    for (const header of [
      basic('a', 'wrong'),
      basic('b', 'right'),
      basic('off', 'right'),
      'Bearer x',
    ]) {
      expect(await codeOf(authenticator.authenticate([header], HERE))).toBe(16)
      expect(await codeOf(authenticator.authenticate([header], HERE))).toBe(16)
    }
    expect(
      await codeOf(authenticator.authenticate([basic('a', 'right'), basic('a', 'right')], HERE)),
    ).toBe(16)
  })

  it('costs one check for all calls with the same credentials, at once or later', async () => {
    const checks = new PasswordChecks()
    const { authenticator } = authenticatorOf([user('a')], checks)
    const check = vi.spyOn(checks, 'check')
    const calls = Array.from({ length: 500 }, () =>
      authenticator.authenticate([basic('a', 'right')], HERE),
    )
    expect(await Promise.all(calls)).toHaveLength(500)
    expect(await authenticator.authenticate([basic('a', 'right')], HERE)).toMatchObject({
      name: 'a',
    })
    expect(check).toHaveBeenCalledTimes(1)
  })

  it('is asked again when the file has changed, not while it cannot be used', async () => {
    const { authenticator, errors } = authenticatorOf([user('a')])
    const call = () => codeOf(authenticator.authenticate([basic('a', 'right')], HERE))
    expect(await call()).toBeUndefined()
    writeUsers(path, [user('a', { disabled: true })])
    nowMs += 1_000
    expect(await call()).toBe(16)
    writeUsers(path, [user('a')])
    nowMs += 1_000
    expect(await call()).toBeUndefined()
    chmodSync(path, 0o644)
    nowMs += 1_000
    expect(await call()).toBeUndefined()
    expect(errors).toHaveLength(1)
    rmSync(path)
    nowMs += 1_000
    expect(await call()).toBeUndefined()
    expect(errors.map(String).at(-1)).toContain(`${path} is gone`)
  })

  it('is asked again of those alone whose entry has changed', async () => {
    const checks = new PasswordChecks()
    const check = vi.spyOn(checks, 'check')
    const { authenticator } = authenticatorOf([user('a'), user('b'), user('c')], checks)
    const names = ['a', 'b', 'c', 'd']
    const call = (name: string) => codeOf(authenticator.authenticate([basic(name, 'right')], HERE))
    for (const name of names) await call(name)
    check.mockClear()
    writeUsers(path, [user('d'), user('b', { groups: [] }), user('a')])
    nowMs += 1_000
    const codes = []
    for (const name of names) codes.push(await call(name))
    expect(codes).toEqual([undefined, undefined, 16, undefined])
    expect(check).toHaveBeenCalledTimes(3)
  })

  it('is what the file says when the check is done, not when it began', async () => {
    const checks = new PasswordChecks()
    const { authenticator } = authenticatorOf([user('a'), user('b')], checks)
    const begun = codeOf(authenticator.authenticate([basic('a', 'right')], HERE))
    writeUsers(path, [user('a', { disabled: true }), user('b')])
    nowMs += 1_000
    await authenticator.authenticate([basic('b', 'right')], HERE)
    expect(await begun).toBe(16)
  })
})

describe('checking passwords', () => {
  it('is done a few at a time, some more wait, the rest is turned away', async () => {
    const checks = new PasswordChecks()
    const codes = await Promise.all(
      Array.from({ length: 100 }, (_, at) => codeOf(checks.check('x', CHEAP, `address-${at}`))),
    )
    expect(codes.filter((code) => code === undefined)).toHaveLength(66)
    expect(codes.filter((code) => code === 14)).toHaveLength(34)
    expect(await checks.check('right', CHEAP, HERE)).toBe(true)
  })

  it('of one address leaves room for those of others', async () => {
    const checks = new PasswordChecks()
    const guesses = Array.from({ length: 100 }, () => codeOf(checks.check('x', CHEAP, HERE)))
    const other = checks.check('right', CHEAP, '127.0.0.2')
    expect(await other).toBe(true)
    const codes = await Promise.all(guesses)
    expect(codes.filter((code) => code === undefined)).toHaveLength(10)
  })

  it('takes composed and decomposed characters for the same', async () => {
    const hash = await hashPassword('é')
    expect(await isPassword('e\u0301', hash)).toBe(true)
  })
})
