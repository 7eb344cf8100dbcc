import { describe, expect, it } from 'vitest'
import { events, ledgerAccounts, postings } from '../../../domain/index.ts'
import { history } from '../../support/given-when-then.ts'
import {
  bet,
  cancelWithdrawal,
  closeSession,
  deposit,
  openSession,
  registration,
  rollback,
  settleWithdrawal,
  win,
  withdrawal,
} from './commands.ts'

const cash = 'player:cash'
const held = 'player:held'
const gaming = 'house:gaming'
const clearing = 'house:gateway-clearing'

/** What each event moves, in minor units; nothing when it is about something else than money. */
const expected: Readonly<Record<keyof typeof events, Readonly<Record<string, bigint>>>> = {
  DepositSettled: { [clearing]: -1_000n, [cash]: 1_000n },
  BetPlaced: { [cash]: -100n, [gaming]: 100n },
  WinCredited: { [gaming]: -250n, [cash]: 250n },
  BetRolledBack: { [gaming]: -100n, [cash]: 100n },
  WithdrawalRequested: { [cash]: -300n, [held]: 300n },
  WithdrawalSettled: { [held]: -300n, [clearing]: 300n },
  WithdrawalCancelled: { [held]: -300n, [cash]: 300n },
  PlayerRegistered: {},
  GameSessionOpened: {},
  GameSessionClosed: {},
  RoundInterrupted: {},
  RoundEnded: {},
  BetTombstoned: {},
  RollbackRepeated: {},
}

const everyType = history(
  registration(),
  deposit('d1', 1_000n),
  openSession(),
  bet('b1', 100n),
  rollback('x1', 'b1'),
  rollback('x2', 'b1'),
  rollback('x3', 'unknown'),
  bet('b2', 100n),
  closeSession('c1'),
  win('w1', 250n, { endsRound: true }),
  withdrawal('o1', 300n),
  settleWithdrawal('p1', 'o1'),
  withdrawal('o2', 300n),
  cancelWithdrawal('k1', 'o2'),
)

describe('the postings of an event', () => {
  it.each(Object.entries(expected))('%s', (type, movements) => {
    const event = everyType.find((candidate) => candidate.type === type)
    expect(event, `no ${type} in this history`).toBeDefined()
    const entries = event === undefined ? [] : postings(event)
    const byAccount = entries.map(({ account, amount }) => [account, amount.minor])
    expect(Object.fromEntries(byAccount)).toStrictEqual(movements)
    expect(entries.every(({ amount }) => amount.currency === 'EUR')).toBe(true)
  })

  it('are known for every type of event, and on known accounts', () => {
    expect(Object.keys(expected).toSorted()).toStrictEqual(Object.keys(events).toSorted())
    const accounts = new Set(everyType.flatMap(postings).map(({ account }) => account))
    expect([...accounts].toSorted()).toStrictEqual(ledgerAccounts.toSorted())
  })
})
