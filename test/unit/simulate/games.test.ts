import { describe, expect, test } from 'vitest'
import { bets, payout, POCKETS, pays, roulette } from '../../../cli/simulate/games/roulette.ts'
import { linePays, reel, slot } from '../../../cli/simulate/games/slot.ts'
import { randomFrom } from '../../../cli/simulate/random.ts'

describe('the slot', () => {
  test('returns 96.25 % over all its stops, exactly', () => {
    const lines = reel.flatMap((left) =>
      reel.flatMap((middle) => reel.map((right) => linePays([left, middle, right]))),
    )
    expect(lines).toHaveLength(8_000)
    expect(lines.reduce((sum, paid) => sum + paid, 0n)).toBe(7_700n)
  })

  test('pays what its line pays, and nothing else', () => {
    const random = randomFrom('slot')
    const multiples = new Set<bigint>()
    for (let round = 0; round < 2_000; round++) {
      const { stakes, payouts } = slot.play(random, 10n)
      const [stake = 0n] = stakes
      for (const paid of payouts) multiples.add(paid / stake)
      expect(payouts.every((paid) => paid % stake === 0n)).toBe(true)
    }
    expect(
      [...multiples].every((multiple) => [1n, 3n, 10n, 20n, 35n, 100n, 800n].includes(multiple)),
    ).toBe(true)
    expect(multiples.size).toBeGreaterThan(3)
  })
})

describe('European roulette', () => {
  test('has every bet of the table once', () => {
    expect(Object.fromEntries(Object.keys(pays).map((kind) => [kind, count(kind)]))).toStrictEqual({
      straight: 37,
      split: 60,
      street: 14,
      corner: 23,
      line: 11,
      dozen: 3,
      column: 3,
      colour: 2,
      parity: 2,
      half: 2,
    })
    const names = bets.map(({ kind, pockets }) => `${kind} ${[...pockets].join()}`)
    expect(new Set(names).size).toBe(bets.length)
  })

  test('returns 36 in 37 on every bet, exactly', () => {
    for (const bet of bets) {
      let returned = 0n
      for (let pocket = 0; pocket < POCKETS; pocket++) returned += payout(bet, 1n, pocket)
      expect({ bet: bet.kind, returned }).toStrictEqual({ bet: bet.kind, returned: 36n })
    }
  })

  test('places several bets a round, each payout with its stake', () => {
    const random = randomFrom('wheel')
    const rounds = Array.from({ length: 500 }, () => roulette.play(random, 1n))
    expect(new Set(rounds.map(({ stakes }) => stakes.length))).toStrictEqual(new Set([1, 2, 3, 4]))
    expect(rounds.every(({ stakes, payouts }) => payouts.length <= stakes.length)).toBe(true)
    expect(rounds.some(({ payouts }) => payouts.length > 1)).toBe(true)
  })
})

/** How many bets of a kind the table has. */
function count(wanted: string): number {
  return bets.filter(({ kind }) => kind === wanted).length
}
