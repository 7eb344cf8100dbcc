import { describe, expect, it } from 'vitest'
import { type AccountCommand, events, fold, reject } from '../../../domain/index.ts'
import { given, history, replayOf } from '../../support/given-when-then.ts'
import {
  balances,
  bet,
  closeSession,
  deposit,
  endRound,
  eur,
  openSession,
  registration,
  rollback,
  sessionIdOf,
  transactionOf,
  usd,
  win,
} from './commands.ts'

const seated = [registration(), deposit('d1', 1_000n), openSession()] as const
const place = { provider: 'acme', gameId: 'slot', sessionId: sessionIdOf('s1'), roundId: 'r1' }
const staked = [...seated, bet('b1', 100n)] as const

function after(...commands: readonly AccountCommand[]) {
  return given(...history(...seated, ...commands))
}

function openRounds(count: number, provider: string): readonly AccountCommand[] {
  return Array.from({ length: count }, (_, nth) => {
    const round = `${provider} ${nth}`
    return bet(round, 1n, { provider, session: 's1', round })
  })
}

describe('a bet', () => {
  it('takes the stake from cash and opens its round', () => {
    const command = bet('b1', 100n)
    expect(after().when(command)).toStrictEqual([
      events.BetPlaced({
        transaction: transactionOf(command),
        ...place,
        amount: eur(100n),
        balance: balances([1_000n, 900n]),
      }),
    ])
    expect([...fold(history(...staked)).rounds.values()]).toMatchObject([
      { roundId: 'r1', status: 'in progress' },
    ])
  })

  it('of the exact balance is taken', () => {
    expect(after().when(bet('b1', 1_000n))).toMatchObject([
      { data: { balance: balances([1_000n, 0n]) } },
    ])
  })

  it('one minor unit above the balance is refused', () => {
    expect(after().when(bet('b1', 1_001n))).toStrictEqual(
      reject('INSUFFICIENT_FUNDS', { available: eur(1_000n), needed: eur(1_001n) }),
    )
  })

  it('that raced another for the last money is refused when it comes second', () => {
    expect(after(bet('b1', 1_000n)).when(bet('b2', 1n))).toStrictEqual(
      reject('INSUFFICIENT_FUNDS', { available: eur(0n), needed: eur(1n) }),
    )
  })

  it('in another currency is refused', () => {
    expect(after().when(bet('b1', usd(1n)))).toStrictEqual(
      reject('CURRENCY_MISMATCH', { currency: 'EUR', given: 'USD' }),
    )
  })

  it('after its session closed, or in one never opened, is refused', () => {
    expect(after(closeSession('c1')).when(bet('b1', 1n))).toStrictEqual(
      reject('SESSION_NOT_OPEN', { sessionId: place.sessionId }),
    )
    expect(after().when(bet('b1', 1n, { session: 's9' }))).toStrictEqual(
      reject('SESSION_NOT_OPEN', { sessionId: sessionIdOf('s9') }),
    )
  })

  it("in another provider's session is refused", () => {
    const foreign = bet('b1', 1n, { provider: 'rival' })
    const command = { ...foreign, data: { ...foreign.data, sessionId: place.sessionId } }
    expect(after().when(command)).toStrictEqual(
      reject('SESSION_NOT_OPEN', { sessionId: place.sessionId }),
    )
  })

  it('may add to an open round', () => {
    expect(after(bet('b1', 100n)).when(bet('b2', 50n))).toMatchObject([
      { data: { roundId: 'r1', balance: balances([900n, 850n]) } },
    ])
  })

  it('in an ended round is refused', () => {
    const refused = reject('ROUND_CLOSED', { roundId: 'r1' })
    expect(after(bet('b1', 1n), endRound('e1')).when(bet('b2', 1n))).toStrictEqual(refused)
    const wonAndEnded = after(bet('b1', 1n), win('w1', 5n, { endsRound: true }))
    expect(wonAndEnded.when(bet('b2', 1n))).toStrictEqual(refused)
  })

  it('in a cancelled round opens it again', () => {
    expect(after(bet('b1', 100n), rollback('x1', 'b1')).when(bet('b2', 70n))).toMatchObject([
      { type: 'BetPlaced', data: { roundId: 'r1', balance: balances([1_000n, 930n]) } },
    ])
    const reopened = after(bet('b1', 1n), rollback('x1', 'b1'), bet('b2', 1n), endRound('e1'))
    expect(reopened.when(bet('b3', 1n))).toStrictEqual(reject('ROUND_CLOSED', { roundId: 'r1' }))
  })

  it('in a round of another game is refused', () => {
    const roulette = openSession('s2', { game: 'roulette' })
    expect(after(bet('b1', 1n), roulette).when(bet('b2', 1n, { session: 's2' }))).toStrictEqual(
      reject('ROUND_OF_ANOTHER_GAME', { gameId: 'slot' }),
    )
  })

  it('in an interrupted round goes on with it, from a new session of the game', () => {
    const back = [bet('b1', 1n), closeSession('c1'), openSession('s2')]
    expect(after(...back).when(bet('b2', 1n))).toStrictEqual(
      reject('SESSION_NOT_OPEN', { sessionId: place.sessionId }),
    )
    const goingOn = history(...seated, ...back, bet('b2', 1n, { session: 's2' }))
    expect([...fold(goingOn).rounds.values()]).toMatchObject([
      { status: 'in progress', sessionId: sessionIdOf('s2') },
    ])
  })

  it('in a round that has the same id as one of another provider has its own round', () => {
    const both = after(bet('b1', 1n), endRound('e1'), openSession('s1', { provider: 'rival' }))
    expect(both.when(bet('b1', 1n, { provider: 'rival' }))).toMatchObject([{ type: 'BetPlaced' }])
  })

  it('is refused as the 201st open round, and taken when a round has ended', () => {
    const rounds = Array.from({ length: 200 }, (_, nth) => bet(`b${nth}`, 1n, { round: `r${nth}` }))
    const one = bet('one more', 1n, { round: 'one more' })
    expect(after(...rounds).when(one)).toStrictEqual(reject('TOO_MANY_OPEN_ROUNDS', { limit: 200 }))
    expect(after(...rounds).when(bet('same round', 1n, { round: 'r0' }))).toHaveLength(1)
    expect(after(...rounds, endRound('e1', { round: 'r9' })).when(one)).toHaveLength(1)
  })

  it('is not refused for the open rounds of another provider, unless there are 1,000 in all', () => {
    const rival = { provider: 'rival', session: 's1' }
    const others = ['p1', 'p2', 'p3', 'p4'].flatMap((provider) => [
      openSession('s1', { provider }),
      openRounds(200, provider),
    ])
    const beside = after(...openRounds(200, 'acme'), openSession('s1', rival))
    expect(beside.when(bet('b1', 1n, rival))).toHaveLength(1)
    const full = after(...openRounds(200, 'acme'), ...others.flat(), openSession('s1', rival))
    expect(full.when(bet('b1', 1n, rival))).toStrictEqual(
      reject('TOO_MANY_OPEN_ROUNDS', { limit: 1_000 }),
    )
  })

  it('is refused as the 501st of its round, and taken when one was rolled back', () => {
    const bets = Array.from({ length: 500 }, (_, nth) => bet(`b${nth}`, 1n))
    expect(after(...bets).when(bet('one more', 1n))).toStrictEqual(
      reject('TOO_MANY_BETS_IN_ROUND', { limit: 500 }),
    )
    expect(after(...bets, rollback('x1', 'b3')).when(bet('one more', 1n))).toHaveLength(1)
  })
})

describe('a win', () => {
  it('is paid into cash and leaves the round open', () => {
    const command = win('w1', 250n)
    expect(given(...history(...staked)).when(command)).toStrictEqual([
      events.WinCredited({
        transaction: transactionOf(command),
        ...place,
        amount: eur(250n),
        balance: balances([900n, 1_150n]),
      }),
    ])
    expect(after(bet('b1', 100n), command).when(win('w2', 1n))).toHaveLength(1)
  })

  it('that ends the round is paid and ends it, and has one effect when sent again', () => {
    const command = win('w1', 250n, { endsRound: true })
    const transaction = transactionOf(command)
    expect(given(...history(...staked)).when(command)).toStrictEqual([
      events.WinCredited({
        transaction,
        ...place,
        amount: eur(250n),
        balance: balances([900n, 1_150n]),
      }),
      events.RoundEnded({ transaction, ...place }),
    ])
    const won = after(bet('b1', 100n), command)
    expect(won.when(command)).toStrictEqual(replayOf('DONE', 1_150n))
    expect(won.account.rounds.size).toBe(0)
  })

  it('after the session closed is paid, in the round it interrupted', () => {
    const interrupted = after(bet('b1', 100n), closeSession('c1'))
    expect(interrupted.when(win('w1', 5n))).toMatchObject([
      { type: 'WinCredited', data: { ...place, balance: balances([900n, 905n]) } },
    ])
    const paid = after(bet('b1', 100n), closeSession('c1'), win('w1', 5n))
    expect([...paid.account.rounds.values()]).toMatchObject([{ status: 'interrupted' }])
    expect(paid.when(win('w2', 5n, { endsRound: true }))).toHaveLength(2)
  })

  it.each([
    ['never opened', [], 'ROUND_NOT_FOUND'],
    ['cancelled', [bet('b1', 1n), rollback('x1', 'b1')], 'ROUND_NOT_FOUND'],
    ['ended', [bet('b1', 1n), endRound('e1')], 'ROUND_CLOSED'],
  ] as const)('in a round that was %s is refused', (_, before, code) => {
    expect(after(...before).when(win('w1', 5n))).toStrictEqual(reject(code, { roundId: 'r1' }))
  })

  it("in another provider's round is refused", () => {
    expect(given(...history(...staked)).when(win('w1', 5n, { provider: 'rival' }))).toStrictEqual(
      reject('ROUND_NOT_FOUND', { roundId: 'r1' }),
    )
  })

  it('in another currency is refused', () => {
    expect(given(...history(...staked)).when(win('w1', usd(5n)))).toStrictEqual(
      reject('CURRENCY_MISMATCH', { currency: 'EUR', given: 'USD' }),
    )
  })
})

describe('an end of round', () => {
  it('ends a round without a win, also one that is interrupted', () => {
    const command = endRound('e1')
    const ended = events.RoundEnded({
      transaction: transactionOf(command),
      ...place,
    })
    expect(given(...history(...staked)).when(command)).toStrictEqual([ended])
    expect(after(bet('b1', 1n), closeSession('c1')).when(command)).toStrictEqual([ended])
  })

  it('sent again is answered again, under another id refused', () => {
    const ended = after(bet('b1', 100n), endRound('e1'))
    expect(ended.when(endRound('e1'))).toStrictEqual(replayOf('DONE', 900n))
    expect(ended.when(endRound('e2'))).toStrictEqual(reject('ROUND_CLOSED', { roundId: 'r1' }))
  })

  it('of a round that never was is refused', () => {
    expect(after().when(endRound('e1'))).toStrictEqual(reject('ROUND_NOT_FOUND', { roundId: 'r1' }))
  })
})
