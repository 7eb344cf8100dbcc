import { describe, expect, it } from 'vitest'
import { type AccountCommand, events, reject } from '../../../domain/index.ts'
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
  win,
} from './commands.ts'

const rival = { provider: 'rival' }
const seated = [registration(), deposit('d1', 1_000n), openSession(), openSession('s1', rival)]

function after(...commands: readonly AccountCommand[]) {
  return given(...history(...seated, ...commands))
}

describe('a rollback of an open bet', () => {
  const command = rollback('x1', 'b1')

  it('gives the stake back', () => {
    expect(after(bet('b1', 100n)).when(command)).toStrictEqual([
      events.BetRolledBack({
        transaction: transactionOf(command),
        provider: 'acme',
        betTransactionId: 'b1',
        gameId: 'slot',
        sessionId: sessionIdOf('s1'),
        roundId: 'r1',
        amount: eur(100n),
        balance: balances([900n, 1_000n]),
      }),
    ])
  })

  it('works after the session has closed', () => {
    expect(after(bet('b1', 100n), closeSession('c1')).when(command)).toMatchObject([
      { type: 'BetRolledBack', data: { balance: balances([900n, 1_000n]) } },
    ])
  })

  it('gives back that bet only, and the round stays open for the others', () => {
    const twoBets = [bet('b1', 100n), bet('b2', 30n)]
    expect(after(...twoBets).when(command)).toMatchObject([
      { data: { balance: balances([870n, 970n]) } },
    ])
    expect(after(...twoBets, command).when(win('w1', 5n))).toHaveLength(1)
  })

  it('cancels the round when it was the last bet', () => {
    const cancelled = after(bet('b1', 100n), command)
    expect(cancelled.account.rounds.size).toBe(0)
    expect(cancelled.when(win('w1', 5n))).toMatchObject({ code: 'ROUND_NOT_FOUND' })
  })

  it('sent again is answered again', () => {
    const rolledBack = after(bet('b1', 100n), command, bet('b2', 1n))
    expect(rolledBack.when(command)).toStrictEqual(replayOf('ROLLED_BACK', 1_000n))
  })

  it('under another id has no second effect, and takes that id', () => {
    const second = rollback('x2', 'b1')
    expect(after(bet('b1', 100n), command).when(second)).toStrictEqual([
      events.RollbackRepeated({
        transaction: transactionOf(second),
        provider: 'acme',
        betTransactionId: 'b1',
        result: 'ALREADY_ROLLED_BACK',
      }),
    ])
    const twice = after(bet('b1', 100n), command, second)
    expect(twice.account.balance).toStrictEqual({ cash: 1_000n, held: 0n })
    expect(twice.when(second)).toStrictEqual(replayOf('ALREADY_ROLLED_BACK', 1_000n))
    expect(twice.when(bet('x2', 1n))).toMatchObject({ code: 'TRANSACTION_CONFLICT' })
  })

  it('leaves the id of the bet used for ever', () => {
    const rolledBack = after(bet('b1', 100n), command)
    expect(rolledBack.when(bet('b1', 100n))).toStrictEqual(reject('BET_ROLLED_BACK'))
    expect(rolledBack.when(bet('b1', 7n))).toStrictEqual(reject('BET_ROLLED_BACK'))
    expect(rolledBack.when(endRound('b1'))).toMatchObject({ code: 'TRANSACTION_CONFLICT' })
  })
})

describe('a rollback of a bet that never came', () => {
  const command = rollback('x1', 'b1')
  const tombstoned = after(command)

  it('leaves a tombstone', () => {
    expect(after().when(command)).toStrictEqual([
      events.BetTombstoned({
        transaction: transactionOf(command),
        provider: 'acme',
        betTransactionId: 'b1',
      }),
    ])
  })

  it('refuses the bet that comes later, whatever it asks for', () => {
    expect(tombstoned.when(bet('b1', 100n))).toStrictEqual(reject('BET_TOMBSTONED'))
    expect(tombstoned.when(bet('b1', 1n, { round: 'r2' }))).toStrictEqual(reject('BET_TOMBSTONED'))
  })

  it('refuses anything else under the id of the bet', () => {
    for (const late of [endRound('b1'), openSession('b1'), rollback('b1', 'b7')]) {
      expect(tombstoned.when(late)).toStrictEqual(
        reject('TRANSACTION_CONFLICT', { transactionId: 'b1' }),
      )
    }
    const withRound = after(bet('b2', 1n), command)
    expect(withRound.when(win('b1', 5n))).toMatchObject({ code: 'TRANSACTION_CONFLICT' })
  })

  it('sent again, or under another id, has the same result', () => {
    expect(tombstoned.when(command)).toStrictEqual(replayOf('TOMBSTONED', 1_000n))
    expect(tombstoned.when(rollback('x2', 'b1'))).toMatchObject([
      { type: 'RollbackRepeated', data: { result: 'TOMBSTONED' } },
    ])
  })

  it("does not touch another provider's bet of the same id", () => {
    expect(tombstoned.when(bet('b1', 1n, rival))).toMatchObject([{ type: 'BetPlaced' }])
    const theirs = after(bet('b1', 1n, rival))
    expect(theirs.when(command)).toMatchObject([{ type: 'BetTombstoned' }])
    expect(after(bet('b1', 1n, rival), command).account.balance.cash).toBe(999n)
  })
})

describe('a rollback that is refused', () => {
  const settled = reject('BET_SETTLED', { betTransactionId: 'b1' })

  it('is one of a bet whose round has brought a win after it', () => {
    expect(after(bet('b1', 100n), win('w1', 5n)).when(rollback('x1', 'b1'))).toStrictEqual(settled)
    const betAfterWin = after(bet('b1', 1n), win('w1', 5n), bet('b2', 1n))
    expect(betAfterWin.when(rollback('x1', 'b1'))).toMatchObject({ code: 'BET_SETTLED' })
    expect(betAfterWin.when(rollback('x1', 'b2'))).toMatchObject([{ type: 'BetRolledBack' }])
  })

  it('is one of a bet whose round has ended', () => {
    expect(after(bet('b1', 100n), endRound('e1')).when(rollback('x1', 'b1'))).toStrictEqual(settled)
    const won = after(bet('b1', 100n), win('w1', 5n, { endsRound: true }))
    expect(won.when(rollback('x1', 'b1'))).toStrictEqual(settled)
  })

  it.each([
    ['a win', 'w1'],
    ['a session', 's1'],
    ['another rollback', 'x0'],
  ])('is one of %s', (_, betTransactionId) => {
    const played = after(bet('b1', 1n), win('w1', 5n), rollback('x0', 'never came'))
    expect(played.when(rollback('x1', betTransactionId))).toStrictEqual(
      reject('NOT_A_BET', { betTransactionId }),
    )
  })

  it('is one that bears the id of its bet, whether the bet came or not', () => {
    const conflict = reject('TRANSACTION_CONFLICT', { transactionId: 'b1' })
    expect(after().when(rollback('b1', 'b1'))).toStrictEqual(conflict)
    expect(after(bet('b1', 1n)).when(rollback('b1', 'b1'))).toStrictEqual(conflict)
  })

  it('is one for a player who is not registered: there is no account to leave a tombstone in', () => {
    expect(given().when(rollback('x1', 'b1'))).toMatchObject({ code: 'PLAYER_NOT_FOUND' })
  })
})

describe('bets of two issuers in one round, under one id', () => {
  it('are told apart by a rollback', () => {
    const direct = bet('b1', 100n)
    const other = bet('b1', 7n)
    const relayed = { ...other, transaction: { issuer: 'provider:hub', id: 'b1' } }
    const { when, account } = after(direct, relayed)
    expect(account.balance.cash).toBe(893n)
    expect(when(rollback('x1', 'b1'))).toMatchObject([{ data: { amount: eur(100n) } }])
  })
})
