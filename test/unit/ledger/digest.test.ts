import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { digestOf } from '../../../ledger/digest.ts'
import { commandsOf } from '../../support/ledger-commands.ts'

describe('the digest of a request', () => {
  const player = commandsOf('digest')

  test('is the same whatever the order of its fields and whatever its transaction', () => {
    const bet = player.bet('b', 'session', 10n, 'round')
    const reversed = Object.fromEntries(Object.entries(bet.data).toReversed())
    const other = { ...bet, data: reversed, transaction: { issuer: 'x', id: 'y' } } as typeof bet
    expect(digestOf(other)).toBe(digestOf(bet))
  })

  test('tells types of commands, players and the digits of numbers from their text apart', () => {
    const bet = player.bet('b', 'session', 10n, 'round')
    const digests = [
      digestOf(bet),
      digestOf({ ...bet, playerId: 'another' }),
      digestOf(player.bet('b', 'session', 10n, '10n')),
      digestOf(player.bet('b', '10n', 10n, 'round')),
      digestOf(player.withdraw('b', 10n)),
      digestOf(player.deposit('b', 10n)),
    ]
    expect(new Set(digests).size).toBe(digests.length)
  })

  property.prop([fc.bigInt({ min: 1n, max: 10n ** 27n }), fc.bigInt({ min: 1n, max: 10n ** 27n })])(
    'is equal exactly for equal amounts',
    (one, other) => {
      const digestFor = (minor: bigint) => digestOf(player.bet('b', 'session', minor, 'round'))
      expect(digestFor(one) === digestFor(other)).toBe(one === other)
    },
  )

  test('is what it was when the first events were stored', () => {
    const other = commandsOf('Zoë 日本')
    expect(digestOf(other.bet('b', '5f3d2c52-0d4f-4c3e-8d0a-8a2b3c4d5e6f', 1250n, 'r"1'))).toBe(
      'eJMhQGiR_30CLJlGhwEyY5ceyVfA2o4xvMCIS32fCAs',
    )
  })
})
