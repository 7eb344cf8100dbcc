import { describe, expect, it } from 'vitest'
import {
  type AccountCommand,
  archiveQuestion,
  emptyAccount,
  fold,
  reject,
} from '../../../domain/index.ts'
import { given, history, PlayedAccount, replayOf } from '../../support/given-when-then.ts'
import {
  bet,
  deposit,
  endRound,
  openSession,
  providerIssuer,
  registration,
  rollback,
  win,
  withdrawal,
} from './commands.ts'

const seated = [registration(), deposit('d1', 1_000n), openSession()] as const

/** One command of each kind that is accepted after `seated`, and another request under its id. */
const sameIdOtherRequest: readonly (readonly [AccountCommand, AccountCommand])[] = [
  [deposit('t', 5n), deposit('t', 6n)],
  [withdrawal('t', 5n), withdrawal('t', 6n)],
  [openSession('t'), openSession('t', { game: 'roulette' })],
  [bet('t', 5n), bet('t', 6n)],
  [bet('t', 5n), bet('t', 5n, { round: 'r2' })],
  [bet('t', 5n), endRound('t')],
  [rollback('t', 'unknown'), rollback('t', 'other')],
]

function conflict(transactionId: string) {
  return reject('TRANSACTION_CONFLICT', { transactionId })
}

describe('a transaction id', () => {
  it.each(sameIdOtherRequest)('has one effect when $type is sent again', (command) => {
    const once = history(...seated, command)
    const { account, when } = given(...once)
    expect(when(command)).toMatchObject({ replayed: { balance: account.balance } })
  })

  it.each(sameIdOtherRequest)('of $type stands for that request alone', (command, other) => {
    expect(given(...history(...seated, command)).when(other)).toStrictEqual(conflict('t'))
  })

  it('is free again after a refusal, which leaves nothing behind', () => {
    const { account, when } = given(...history(...seated))
    expect(when(bet('t', 1_001n))).toMatchObject({ code: 'INSUFFICIENT_FUNDS' })
    expect(account).toStrictEqual(fold(history(...seated)))
    const richer = given(...history(...seated, deposit('d2', 1n)))
    expect(richer.when(bet('t', 1_001n))).toMatchObject([{ type: 'BetPlaced' }])
  })

  it('is its issuer’s own', () => {
    const bothUse = history(...seated, bet('t', 5n), withdrawal('t', 6n))
    expect(given(...bothUse).when(deposit('t', 7n))).toMatchObject([{ type: 'DepositSettled' }])
  })
})

describe('an account with ten thousand transactions more', () => {
  const old = [
    ...seated,
    bet('won', 100n, { round: 'won' }),
    win('win', 30n, { round: 'won', endsRound: true }),
    bet('rolled back', 10n, { round: 'cancelled' }),
    rollback('rollback', 'rolled back'),
    rollback('early rollback', 'never came'),
    bet('still open', 50n, { round: 'open' }),
  ]
  const played = new PlayedAccount(history(...old))
  const revisionThen = played.account.revision
  for (let nth = 0; nth < 5_000; nth++) {
    played.execute(bet(`b${nth}`, 1n, { round: `${nth}` }))
    played.execute(win(`w${nth}`, 1n, { round: `${nth}`, endsRound: true }))
  }

  it.each([
    ['bet', bet('won', 100n, { round: 'won' }), replayOf('DONE', 900n)],
    ['win', win('win', 30n, { round: 'won', endsRound: true }), replayOf('DONE', 930n)],
    ['rollback', rollback('rollback', 'rolled back'), replayOf('ROLLED_BACK', 930n)],
    ['tombstone', rollback('early rollback', 'never came'), replayOf('TOMBSTONED', 930n)],
    ['registration', registration(), replayOf('DONE', 0n)],
  ])('answers its old %s again', (_, command, answer) => {
    expect(played.decide(command)).toStrictEqual(answer)
  })

  it.each([
    ['an old id for another bet', bet('won', 101n, { round: 'won' }), conflict('won')],
    ['an old id for a win', win('won', 1n, { round: 'open' }), conflict('won')],
    ['a bet long tombstoned', bet('never came', 1n), reject('BET_TOMBSTONED')],
    ['a bet long rolled back', bet('rolled back', 10n), reject('BET_ROLLED_BACK')],
    [
      'a bet in a round long ended',
      bet('new', 1n, { round: 'won' }),
      reject('ROUND_CLOSED', { roundId: 'won' }),
    ],
    [
      'a win in a round long cancelled',
      win('new', 1n, { round: 'cancelled' }),
      reject('ROUND_NOT_FOUND', { roundId: 'cancelled' }),
    ],
    [
      'a rollback of a bet long settled',
      rollback('new', 'won'),
      reject('BET_SETTLED', { betTransactionId: 'won' }),
    ],
    [
      'a rollback of an old win',
      rollback('new', 'win'),
      reject('NOT_A_BET', { betTransactionId: 'win' }),
    ],
  ])('refuses %s', (_, command, refused) => {
    expect(played.decide(command)).toStrictEqual(refused)
  })

  it.each([
    [
      'takes back a bet that stood open all the while',
      rollback('new', 'still open'),
      { type: 'BetRolledBack', data: { amount: { minor: 50n } } },
    ],
    [
      'pays a win into the round that stood open all the while',
      win('new', 1n, { round: 'open' }),
      { type: 'WinCredited' },
    ],
    [
      'takes a bet in the round long cancelled',
      bet('new', 1n, { round: 'cancelled' }),
      { type: 'BetPlaced' },
    ],
  ])('%s', (_, command, event) => {
    expect(played.decide(command)).toMatchObject([event])
  })

  it('asks the archive for the ids it has dropped, and how far the archive must reach', () => {
    const { account } = played
    expect(archiveQuestion(account, rollback('rollback', 'never came'))).toStrictEqual({
      transactions: [
        { issuer: providerIssuer('acme'), id: 'rollback' },
        { issuer: providerIssuer('acme'), id: 'never came' },
      ],
      rounds: [],
      coveredThrough: account.transactions.droppedThrough,
    })
    expect(archiveQuestion(account, endRound('new', { round: 'won' }))).toMatchObject({
      transactions: [],
      rounds: [{ provider: 'acme', roundId: 'won' }],
    })
    expect(account.transactions.droppedThrough).toBeGreaterThan(revisionThen)
    expect(account.transactions.droppedThrough).toBeLessThan(account.revision)
  })

  it('asks nothing for an id it has dropped and met again since', () => {
    const since = new PlayedAccount([...played.events])
    since.execute(rollback('new', 'still open'))
    expect(archiveQuestion(since.account, bet('still open', 50n))).toBeUndefined()
    expect(since.decide(bet('still open', 50n))).toStrictEqual(reject('BET_ROLLED_BACK'))
  })

  it('asks nothing for ids it has never seen, or has in its window', () => {
    const { account } = played
    expect(archiveQuestion(account, bet('new', 1n, { round: 'new' }))).toBeUndefined()
    expect(archiveQuestion(account, rollback('new', 'unknown'))).toBeUndefined()
    expect(archiveQuestion(account, deposit('b1', 1n))).toBeUndefined()
    expect(archiveQuestion(account, rollback('b4999', 'w4999'))).toBeUndefined()
    expect(archiveQuestion(account, endRound('new', { round: '4999' }))).toBeUndefined()
  })
})

describe('an archive that reaches just as far as it must', () => {
  it('has a word on every id and round that was dropped, whenever it is asked', () => {
    const played = new PlayedAccount(history(...seated))
    const unanswered: string[] = []
    for (let nth = 0; nth < 200; nth++) {
      played.execute(rollback(`x${nth}`, `y${nth}`))
      played.execute(bet(`b${nth}`, 1n, { round: `${nth}` }))
      if (nth % 3 === 0) played.execute(endRound(`e${nth}`, { round: `${nth}` }))
      else played.execute(rollback(`z${nth}`, `b${nth}`))
      for (let old = 0; old <= nth; old++) {
        unanswered.push(...unansweredOf(played, bet(`y${old}`, 1n)))
        unanswered.push(...unansweredOf(played, endRound(`b${old}`, { round: `${old}` })))
      }
    }
    expect(unanswered).toStrictEqual([])
  })
})

function unansweredOf(played: PlayedAccount, command: AccountCommand): readonly string[] {
  const question = played.question(command)
  if (question === undefined) return []
  const { transactions, rounds } = played.archive.answer(question)
  const isWhole =
    transactions.size === question.transactions.length && rounds.size === question.rounds.length
  return isWhole ? [] : [`${command.transaction.id} after ${played.events.length} events`]
}

describe('an account that has dropped nothing', () => {
  it('asks nothing', () => {
    expect(archiveQuestion(emptyAccount, registration())).toBeUndefined()
    const { account } = given(...history(...seated, bet('b1', 1n)))
    expect(archiveQuestion(account, bet('b1', 1n))).toBeUndefined()
  })
})
