import { describe, expect, test } from 'vitest'
import type { Auditor } from '../../../cli/simulate/auditor/index.ts'
import type { Answer, Request } from '../../../cli/simulate/requests.ts'
import {
  accepted,
  arrival,
  auditorOf,
  bet,
  closing,
  deposit,
  eur,
  PLAYER,
  refused,
  request,
  rollback,
  round,
  SESSION,
  win,
} from './witnessed-day.ts'

type Exchange = readonly [Request, Answer]

/** What the auditor says when these are answered after the arrival: invariant and transaction. */
function violations(...exchanges: readonly Exchange[]): readonly string[] {
  return named(auditorOf(...arrival, ...exchanges))
}

/** The same, when all are on their way before the first is answered. */
function raced(...exchanges: readonly Exchange[]): readonly string[] {
  const auditor = auditorOf(...arrival)
  const witnesses = exchanges.map(([asked]) => auditor.sent(PLAYER, asked))
  for (const [nth, [, answer]] of exchanges.entries()) witnesses[nth]?.answered(answer)
  return named(auditor)
}

function named({ findings }: Auditor): readonly string[] {
  expect(findings.count).toBe(findings.kept.length)
  return findings.kept.map(({ invariant, subject }) => `${invariant} ${subject}`)
}

/** A bet of everything, in a round of its own. */
function all(id: string): Request {
  return bet(id, '100', id)
}

/** A rollback accepted, with all the cash there. */
function back(result: 'ROLLED_BACK' | 'TOMBSTONED'): Answer {
  return accepted(10_000n, { result })
}

describe('answers in a known order', () => {
  test('a day as it should be has no violation', () => {
    expect(named(auditorOf(...round))).toStrictEqual([])
  })

  test.each<{ fault: string; exchanges: readonly Exchange[]; violation: string }>([
    {
      fault: 'a win paid twice',
      exchanges: [
        [bet('b1', '10'), accepted(9_000n)],
        [win('w1', '30'), accepted(15_000n)],
      ],
      violation: '1 provider:reels w1',
    },
    {
      fault: 'a bet acknowledged twice with two effects',
      exchanges: [
        [bet('b1', '10'), accepted(9_000n)],
        [bet('b1', '10'), accepted(8_000n)],
      ],
      violation: '3 provider:reels b1',
    },
    {
      fault: 'a bet that is lost: its stake is back',
      exchanges: [
        [bet('b1', '10'), accepted(9_000n)],
        [bet('b2', '10'), accepted(9_000n)],
      ],
      violation: '1 provider:reels b2',
    },
    {
      fault: 'a lost bet, whose win finds no round',
      exchanges: [
        [bet('b1', '10'), accepted(9_000n)],
        [win('w1', '30'), refused('ROUND_NOT_FOUND', 9_000n)],
      ],
      violation: '5 provider:reels w1',
    },
    {
      fault: 'a bet beyond the balance',
      exchanges: [[bet('b1', '100.01'), accepted(-1n)]],
      violation: '2 provider:reels b1',
    },
    {
      fault: 'a bet after the session closed',
      exchanges: [
        [closing, accepted(10_000n)],
        [bet('b1', '10'), accepted(9_000n)],
      ],
      violation: '4 provider:reels b1',
    },
    {
      fault: 'another amount under the same id',
      exchanges: [
        [bet('b1', '10'), accepted(9_000n)],
        [bet('b1', '11'), accepted(9_000n, { replayed: true })],
      ],
      violation: '3 provider:reels b1',
    },
    {
      fault: 'a bet that comes after its rollback',
      exchanges: [
        [rollback('x1', 'b1'), accepted(10_000n, { result: 'TOMBSTONED' })],
        [bet('b1', '10'), accepted(9_000n)],
      ],
      violation: '3 provider:reels b1',
    },
    {
      fault: 'a stake given back and won as well',
      exchanges: [
        [bet('b1', '10'), accepted(9_000n)],
        [win('w1', '30', false), accepted(12_000n)],
        [rollback('x1', 'b1'), accepted(13_000n, { result: 'ROLLED_BACK' })],
      ],
      violation: '6 provider:reels x1',
    },
    {
      fault: 'a repetition with another answer',
      exchanges: [
        [bet('b1', '10'), accepted(9_000n)],
        [bet('b1', '10'), accepted(8_999n, { replayed: true })],
      ],
      violation: '1 provider:reels b1',
    },
    {
      fault: 'a refusal that took money',
      exchanges: [
        [bet('b1', '100.01'), refused('INSUFFICIENT_FUNDS', 10_000n)],
        [bet('b2', '100.01'), refused('INSUFFICIENT_FUNDS', 9_999n)],
      ],
      violation: '1 provider:reels b2',
    },
  ])('$fault is named', ({ exchanges, violation }) => {
    expect(violations(...exchanges)).toStrictEqual([violation])
  })

  test('what may be sent again gets the same answer however its amount is written', () => {
    expect(
      violations(
        [bet('b1', '10'), accepted(9_000n)],
        [bet('b1', '10.00'), accepted(9_000n, { replayed: true })],
        [bet('b1', '10.01'), refused('TRANSACTION_CONFLICT', 9_000n)],
      ),
    ).toStrictEqual([])
  })

  test('spoiled requests must be found invalid', () => {
    const auditor = auditorOf(...arrival)
    auditor.sent(PLAYER, deposit, 'BAD_USER_INPUT').answered(accepted(20_000n))
    expect(named(auditor)).toStrictEqual(['6 gateway:g d1'])
  })

  test('a balance shown between requests is the one they led to', () => {
    const auditor = auditorOf(...round)
    auditor.shown(PLAYER, { cash: 12_000n, held: 0n })
    expect(named(auditor)).toStrictEqual([])
    auditor.shown(PLAYER, { cash: 12_001n, held: 0n })
    expect(named(auditor)).toStrictEqual(['1 balance between requests'])
  })
})

describe('answers that raced', () => {
  const none = refused('INSUFFICIENT_FUNDS', 0n)

  test('one of two bets of everything passes, whichever', () => {
    expect(raced([all('b1'), accepted(0n)], [all('b2'), none])).toStrictEqual([])
    expect(raced([all('b1'), none], [all('b2'), accepted(0n)])).toStrictEqual([])
  })

  test('both is one too many', () => {
    const both = raced([all('b1'), accepted(0n)], [all('b2'), accepted(0n)])
    expect(both).toHaveLength(1)
    expect(both[0]).toMatch(/^2 provider:reels b[12]$/)
  })

  test('neither is one too few', () => {
    expect(raced([all('b1'), none], [all('b2'), none])).toHaveLength(1)
  })

  test('a withdrawal and a bet of everything: one of them', () => {
    const out = request('out', { kind: 'requestWithdrawal', amount: eur('100') })
    const held = { cash: 0n, held: 10_000n }
    const paid = accepted(0n, { balance: held, createdId: SESSION })
    const lacking: Answer = { kind: 'refused', code: 'INSUFFICIENT_FUNDS', balance: held }
    expect(raced([all('b1'), lacking], [out, paid])).toStrictEqual([])
    expect(raced([all('b1'), accepted(0n)], [out, paid])).toHaveLength(1)
  })

  test('a bet sent twice at once has one effect and one repetition', () => {
    const again = accepted(9_000n, { replayed: true })
    expect(raced([bet('b', '10'), again], [bet('b', '10'), accepted(9_000n)])).toStrictEqual([])
    expect(
      raced([bet('b', '10'), accepted(9_000n)], [bet('b', '10'), accepted(8_000n)]),
    ).toHaveLength(1)
  })

  test('a rollback and its bet come in either order', () => {
    const late = refused('BET_TOMBSTONED', 10_000n)
    expect(raced([bet('b', '10'), late], [rollback('x', 'b'), back('TOMBSTONED')])).toStrictEqual(
      [],
    )
    expect(
      raced([bet('b', '10'), accepted(9_000n)], [rollback('x', 'b'), back('ROLLED_BACK')]),
    ).toStrictEqual([])
    expect(
      raced([bet('b', '10'), accepted(9_000n)], [rollback('x', 'b'), back('TOMBSTONED')]),
    ).toHaveLength(1)
  })

  test('what was answered before the next was sent stays before it', () => {
    const auditor = auditorOf(...arrival)
    const slow = auditor.sent(PLAYER, bet('slow', '1', 'r2'))
    auditor.sent(PLAYER, all('b1')).answered(none)
    auditor.sent(PLAYER, bet('b2', '100', 'r3')).answered(accepted(0n))
    slow.answered(refused('INSUFFICIENT_FUNDS', 0n))
    expect(named(auditor)).toHaveLength(1)
  })

  test('a dozen bets at once are put in order by their balances', () => {
    const exchanges = Array.from({ length: 12 }, (_, nth): Exchange => {
      const place = (nth * 7) % 12
      return [bet(`b${nth}`, '1', `r${nth}`), accepted(10_000n - 100n * BigInt(place + 1))]
    })
    expect(raced(...exchanges)).toStrictEqual([])
  })
})

describe('attempts without an answer', () => {
  test('may have had their effect, which the next attempt then repeats', () => {
    const auditor = auditorOf(...arrival)
    const witness = auditor.sent(PLAYER, bet('b1', '10'))
    witness.attemptLost()
    witness.answered(accepted(9_000n, { replayed: true }))
    expect(named(auditor)).toStrictEqual([])
  })

  test('a first coming is no repetition when no attempt was lost', () => {
    expect(violations([bet('b1', '10'), accepted(9_000n, { replayed: true })])).toStrictEqual([
      '3 provider:reels b1',
    ])
  })

  test('may be rolled back before the next attempt comes', () => {
    const auditor = auditorOf(...arrival)
    const witness = auditor.sent(PLAYER, bet('b1', '10'))
    witness.attemptLost()
    const rolledBack = accepted(10_000n, { result: 'ROLLED_BACK' })
    auditor.sent(PLAYER, rollback('x1', 'b1')).answered(rolledBack)
    witness.answered(refused('BET_ROLLED_BACK', 10_000n))
    expect(named(auditor)).toStrictEqual([])
  })

  test('have no second effect', () => {
    const auditor = auditorOf(...arrival)
    const witness = auditor.sent(PLAYER, bet('b1', '10'))
    witness.attemptLost()
    witness.answered(accepted(8_000n))
    expect(named(auditor)).toHaveLength(1)
  })

  test('that are given up leave nothing to be judged by', () => {
    const auditor = auditorOf(...arrival)
    auditor.sent(PLAYER, bet('b1', '10')).givenUp()
    auditor.sent(PLAYER, bet('b2', '10', 'r2')).answered(accepted(8_000n))
    expect(named(auditor)).toStrictEqual([])
    expect(auditor.account(PLAYER).isUncertain).toBe(true)
  })
})
