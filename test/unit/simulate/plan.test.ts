import { describe, expect, test } from 'vitest'
import { randomFrom } from '../../../cli/simulate/random.ts'
import type { Party, Request } from '../../../cli/simulate/requests.ts'
import { notCovered } from '../../../cli/simulate/traffic/coverage.ts'
import { fateOf, rewritten, withOtherContent } from '../../../cli/simulate/traffic/fates.ts'
import { planDay } from '../../../cli/simulate/traffic/plan.ts'
import { scenarioNames } from '../../../cli/simulate/traffic/scenario-names.ts'
import { contentOf } from '../../../cli/simulate/auditor/content.ts'
import { keyOf } from '../../../cli/simulate/requests.ts'

const providers: readonly Party[] = [
  { role: 'provider', name: 'reels' },
  { role: 'provider', name: 'wheels' },
]
const wish = { seed: 7, players: 40, rounds: 1_000, providers }

describe('the plan of a day', () => {
  test('is the same for the same seed, and another for another', () => {
    expect(planDay(wish)).toStrictEqual(planDay(wish))
    expect(planDay({ ...wish, seed: 8 })).not.toStrictEqual(planDay(wish))
  })

  test('has exactly the rounds asked for, and every scenario', () => {
    const scenes = planDay({ ...wish, rounds: 1_003 }).players.flatMap(({ scenes }) => scenes)
    expect(scenes.flatMap(({ rounds }) => rounds)).toHaveLength(1_003)
    expect(new Set(scenes.map(({ scenario }) => scenario))).toStrictEqual(new Set(scenarioNames))
  })

  test('spreads players over currencies of all exponents and both markets', () => {
    const { players } = planDay(wish)
    expect(new Set(players.map(({ currency, jurisdiction }) => currency + jurisdiction)).size).toBe(
      10,
    )
  })
})

describe('requests sent again', () => {
  test('are one in ten, by the seed alone', () => {
    const fates = Array.from({ length: 10_000 }, (_, nth) => fateOf(1, bet(`b${nth}`)))
    const again = fates.filter((fate) => fate !== 'sent once').length
    expect(again).toBeGreaterThan(900)
    expect(again).toBeLessThan(1_100)
    expect(fateOf(1, bet('b1'))).toBe(fateOf(1, bet('b1')))
  })

  test('written in another way stay the same request, with other content do not', () => {
    expect(rewritten(bet('b')).transactionId).toBe('b')
    expect(rewritten(bet('b'))).toMatchObject({ amount: { amount: '10.5' } })
    expect(contentOf(rewritten(bet('b')))).toBe(contentOf(bet('b')))
    expect(keyOf(withOtherContent(bet('b')))).toBe(keyOf(bet('b')))
    expect(contentOf(withOtherContent(bet('b')))).not.toBe(contentOf(bet('b')))
  })
})

describe('coverage', () => {
  test('a long day in which nothing came about is not complete, a short one may be', () => {
    expect(notCovered({ players: 200, rounds: 5_000 }, new Map())).toContain(
      'rollback of a never-seen bet',
    )
    expect(notCovered({ players: 3, rounds: 50 }, new Map())).toStrictEqual([])
  })
})

describe('chance', () => {
  test('draws the same for the same words, and each number as often as another', () => {
    expect(draws('a', 1)).toStrictEqual(draws('a', 1))
    expect(draws('a', 1)).not.toStrictEqual(draws('a', 2))
    for (const face of [0, 1, 2, 3, 4, 5]) {
      const count = draws('a', 1).filter((drawn) => drawn === face).length
      expect(Math.abs(count - 1_000)).toBeLessThan(150)
    }
  })
})

function draws(...words: readonly (string | number)[]): readonly number[] {
  const random = randomFrom(...words)
  return Array.from({ length: 6_000 }, () => random.below(6))
}

function bet(transactionId: string): Request {
  return {
    kind: 'placeBet',
    as: { role: 'provider', name: 'reels' },
    transactionId,
    playerId: 'p',
    sessionId: 's',
    roundId: 'r',
    amount: { amount: '10.50', currency: 'EUR' },
  }
}
