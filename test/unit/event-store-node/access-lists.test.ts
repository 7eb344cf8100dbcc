import { describe, expect, it } from 'vitest'
import {
  aclQuestion,
  isAllowed,
  isOperator,
} from '../../../infrastructure/event-store-node/access/acl-decision.ts'
import { parseAcl } from '../../../infrastructure/event-store-node/storage/stream-acl.ts'
import { parseStreamMetadata } from '../../../infrastructure/event-store-node/storage/stream-metadata.ts'

const NO_DEFAULTS = { userStreams: undefined, systemStreams: undefined }
const ADMINS_ONLY = { read: [], write: [], delete: [], metaRead: [], metaWrite: [] }
const alice = { name: 'alice', groups: ['clerks'] }
const admin = { name: 'root', groups: ['$admins'] }

describe('parsing an access list', () => {
  it.each([
    ['nothing', undefined, undefined],
    ['null', null, undefined],
    ['the default for users', '$userStreamAcl', undefined],
    ['the default for the system', '$systemStreamAcl', ADMINS_ONLY],
    ['an empty object', {}, {}],
    ['one name', { $r: 'a' }, { read: ['a'] }],
    [
      'all of it',
      { $r: ['a'], $w: ['b'], $d: [], $mr: 'c', $mw: null },
      { read: ['a'], write: ['b'], delete: [], metaRead: ['c'] },
    ],
    ['keys of others', { $x: 1, $r: 'a' }, { read: ['a'] }],
    ['a name that is none', { $r: ['a', 1] }, { read: [] }],
    ['a list that is none', { $w: { a: 1 } }, { write: [] }],
    ['too many names', { $r: Array.from({ length: 101 }, String) }, { read: [] }],
    ['a name too long', { $r: 'a'.repeat(257) }, { read: [] }],
    ['an array', [], ADMINS_ONLY],
    ['a number', 1, ADMINS_ONLY],
  ])('%s', (_what, value, acl) => {
    expect(parseAcl(value)).toEqual(acl)
  })

  it('is part of the metadata', () => {
    const metadata = parseStreamMetadata(Buffer.from('{"$acl":{"$r":"a"},"$maxCount":2}'))
    expect(metadata).toMatchObject({ maxCount: 2, acl: { read: ['a'] } })
    expect(parseStreamMetadata(Buffer.from('{')).acl).toBeUndefined()
  })
})

describe('the question behind a call', () => {
  it.each([
    ['read', 's', { action: 'read', streamName: 's' }],
    ['delete', '$s', { action: 'delete', streamName: '$s' }],
    ['read', '$$s', { action: 'metaRead', streamName: 's' }],
    ['write', '$$s', { action: 'metaWrite', streamName: 's' }],
    ['write', '$$$s', { action: 'metaWrite', streamName: '$s' }],
    ['read', '$$$all', { action: 'metaRead', streamName: '$all' }],
    ['delete', '$$s', undefined],
    ['read', '$$', undefined],
    ['read', '$all', { action: 'read', streamName: '$all' }],
    ['write', '$all', undefined],
    ['delete', '$all', undefined],
  ] as const)('%s %s', (action, streamName, question) => {
    expect(aclQuestion(action, streamName)).toEqual(question)
  })
})

describe('who is allowed', () => {
  it.each([
    ['a user stream', 's', undefined, NO_DEFAULTS, true],
    ['a system stream', '$s', undefined, NO_DEFAULTS, false],
    ['a list with the name', 's', { read: ['alice'] }, NO_DEFAULTS, true],
    ['a list with the group', '$s', { read: ['clerks'] }, NO_DEFAULTS, true],
    ['a list without them', 's', { read: ['bob'] }, NO_DEFAULTS, false],
    ['an empty list', 's', { read: [] }, NO_DEFAULTS, false],
    ['a list for everybody', '$s', { read: ['$all'] }, NO_DEFAULTS, true],
    ['a list of something else', 's', { write: [] }, NO_DEFAULTS, true],
    ['a default for users', 's', undefined, { ...NO_DEFAULTS, userStreams: { read: [] } }, false],
    [
      'a default for the system',
      's',
      undefined,
      { ...NO_DEFAULTS, systemStreams: { read: [] } },
      true,
    ],
    [
      'a list before the default',
      's',
      { read: ['alice'] },
      { ...NO_DEFAULTS, userStreams: { read: [] } },
      true,
    ],
    [
      'a default that opens',
      '$s',
      undefined,
      { ...NO_DEFAULTS, systemStreams: { read: ['clerks'] } },
      true,
    ],
  ] as const)('%s', (_what, streamName, acl, defaults, isAllowedToAlice) => {
    const question = { action: 'read', streamName } as const
    const parsed = defaults as Parameters<typeof isAllowed>[3]
    expect(isAllowed(alice, question, acl, parsed)).toBe(isAllowedToAlice)
    expect(isAllowed(admin, question, acl, parsed)).toBe(true)
  })

  it('operators are not above access lists', () => {
    const ops = { name: 'ops', groups: ['$ops'] }
    const question = { action: 'read', streamName: '$all' } as const
    expect(isAllowed(ops, question, undefined, NO_DEFAULTS)).toBe(false)
    expect(isAllowed(ops, question, { read: ['$ops'] }, NO_DEFAULTS)).toBe(true)
  })

  it('admins and operators are those of the group and those of the name', () => {
    expect(isOperator(admin)).toBe(true)
    expect(isOperator({ name: 'admin', groups: [] })).toBe(true)
    expect(isOperator({ name: 'ops', groups: [] })).toBe(true)
    expect(isOperator({ name: 'x', groups: ['$ops'] })).toBe(true)
    expect(isOperator(alice)).toBe(false)
    expect(isOperator({ name: undefined, groups: [] })).toBe(false)
  })
})
