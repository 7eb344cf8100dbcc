import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { accessTokens, callerLookup } from '../../../api/access/tokens.ts'

const sha256 = (token: string) => createHash('sha256').update(token).digest('hex')
const entry = (token: string, role = 'operator', name = 'site') => ({
  role,
  name,
  sha256: sha256(token),
})

describe('the tokens of a configuration', () => {
  test('are read', () => {
    const given = [entry('a'), entry('b', 'provider', 'acme')]
    expect(accessTokens.parse(given)).toStrictEqual(given)
  })

  test.each([
    ['of an unknown role', [entry('a', 'god')]],
    ['of a name that could be taken for another issuer', [entry('a', 'provider', 'acme:x')]],
    ['that are no hash', [{ ...entry('a'), sha256: 'a' }]],
    ['that stand twice', [entry('a'), entry('a', 'provider', 'acme')]],
    ['with the token itself', [{ ...entry('a'), token: 'a' }]],
  ])('%s are refused', (_name, given) => {
    expect(accessTokens.safeParse(given).success).toBe(false)
  })
})

describe('a header', () => {
  const callerOf = callerLookup(
    accessTokens.parse([entry('tok-1'), entry('tok-2', 'provider', 'acme')]),
  )

  test.each([
    ['Bearer tok-1', { role: 'operator', name: 'site' }],
    ['bearer  tok-2', { role: 'provider', name: 'acme' }],
  ])('%s stands for its caller', (header, caller) => {
    expect(callerOf(header)).toStrictEqual(caller)
  })

  test.each([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    'tok-1',
    'Bearer tok-3',
    'Bearer tok-1 tok-1',
    ' Bearer tok-1',
  ])('%s stands for nobody', (header) => {
    expect(callerOf(header)).toBeUndefined()
  })

  test('is not looked at beyond its longest length', () => {
    expect(callerOf(`Bearer ${' '.repeat(1000)}tok-1`)).toBeUndefined()
  })
})
