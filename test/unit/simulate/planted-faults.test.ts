import { describe, expect, test } from 'vitest'
import { compareAccount } from '../../../cli/simulate/auditor/compare-account.ts'
import { compareEntries } from '../../../cli/simulate/auditor/compare-entries.ts'
import { compareEvents } from '../../../cli/simulate/auditor/compare-events.ts'
import { compareMoves, compareRounds } from '../../../cli/simulate/auditor/compare-rounds.ts'
import { compareTransactions } from '../../../cli/simulate/auditor/compare-transactions.ts'
import {
  compareTrialBalances,
  reportStrangers,
  reportUnbalanced,
} from '../../../cli/simulate/auditor/compare-whole.ts'
import type { SeenEntry, SeenEvent, SeenTransaction } from '../../../cli/simulate/auditor/seen.ts'
import { Findings } from '../../../cli/simulate/auditor/violation.ts'
import {
  accepted,
  auditorOf,
  bet,
  closing,
  eventOf,
  inOrder,
  moneyEvent,
  PLAYER,
  refused,
  request,
  round,
  roundEvents,
  SESSION,
  win,
} from './witnessed-day.ts'

/** A right day, and what the auditor names when events or rows are not those that belong to it. */

const day = () => auditorOf(...round).account(PLAYER)

function without(...types: readonly string[]): readonly SeenEvent[] {
  return inOrder(roundEvents.filter(({ type }) => !types.includes(type)))
}

function cash(key: string, amount: bigint, around: readonly [bigint, bigint]): SeenEntry {
  const [balanceBefore, balanceAfter] = around
  return { key, account: 'player:cash', currency: 'EUR', amount, balanceBefore, balanceAfter }
}

function house(key: string, account: string, amount: bigint): SeenEntry {
  return { key, account, currency: 'EUR', amount, balanceBefore: null, balanceAfter: null }
}

function done(key: string, cashAfter: bigint): SeenTransaction {
  return { key, kind: 'other', result: 'DONE', cash: cashAfter, held: 0n }
}

function named(findings: Findings): readonly string[] {
  expect(findings.count).toBe(findings.kept.length)
  return findings.kept.map(({ invariant, subject }) => `${invariant} ${subject}`)
}

describe('the events', () => {
  const audited = (events: readonly SeenEvent[], account = day()) => {
    const findings = new Findings()
    const { missing } = compareEvents(account, events, findings)
    return { missing, violations: named(findings) }
  }

  test('of a right day are as they should be', () => {
    expect(audited(roundEvents)).toStrictEqual({ missing: 0, violations: [] })
  })

  test('a doubled win is named', () => {
    const again = moneyEvent('WinCredited', win('w1', '30'), 3_000n, [12_000n, 15_000n])
    const { violations } = audited(inOrder([...roundEvents, again]))
    expect(violations).toStrictEqual(['3 provider:reels w1', '1 balance'])
  })

  test('a lost bet is named, and counted as missing', () => {
    const { missing, violations } = audited(without('BetPlaced'))
    expect(missing).toBe(1)
    expect(violations).toContain('5 provider:reels b1')
  })

  test('a lost end of a round is named, and counted as missing', () => {
    const expected = { missing: 1, violations: ['5 provider:reels w1'] }
    expect(audited(without('RoundEnded'))).toStrictEqual(expected)
  })

  test('a lost last event is named though all before it fits', () => {
    const { missing, violations } = audited(without('WinCredited', 'RoundEnded'))
    expect({ missing, violations }).toStrictEqual({
      missing: 1,
      violations: ['5 provider:reels w1', '1 balance'],
    })
  })

  test('an event nobody asked for is named', () => {
    const stranger = eventOf('GameSessionOpened', request('x', { kind: 'endRound', roundId: 'r' }))
    const { violations } = audited(inOrder([...roundEvents, stranger]))
    expect(violations).toStrictEqual(['3 provider:reels x'])
  })

  test('what was refused and stands there all the same is named', () => {
    const account = auditorOf(...round, [bet('b2', '999'), refused('INSUFFICIENT_FUNDS', 12_000n)])
    const trace = eventOf('BetTombstoned', bet('b2', '999'))
    const { violations } = audited(inOrder([...roundEvents, trace]), account.account(PLAYER))
    expect(violations).toStrictEqual(['6 provider:reels b2'])
  })

  test('another amount than the one acknowledged is named', () => {
    const events = roundEvents.map((event) =>
      event.type === 'BetPlaced' ? { ...event, amount: 999n } : event,
    )
    expect(audited(events).violations).toStrictEqual(['1 provider:reels b1', '1 provider:reels b1'])
  })

  test('balances that do not follow from each other, or go below zero, are named', () => {
    const [registered, , opened] = roundEvents
    const overdraft = moneyEvent('BetPlaced', bet('b1', '10'), 1_000n, [0n, -1_000n])
    const events = [registered, opened, overdraft].flatMap((event) => event ?? [])
    expect(audited(inOrder(events)).violations).toContain('2 provider:reels b1')
  })

  test('a balance before that is not the one after is named', () => {
    const events = roundEvents.map((event) => {
      if (event.type !== 'BetPlaced' || event.balance === undefined) return event
      const before = { cash: 10_001n, held: 0n }
      return { ...event, balance: { before, after: event.balance.after } }
    })
    expect(audited(events).violations).toStrictEqual(['1 provider:reels b1'])
  })

  test('a position that does not rise is named', () => {
    const events = roundEvents.map((event) =>
      event.type === 'BetPlaced' ? { ...event, position: 0n } : event,
    )
    expect(audited(events).violations).toStrictEqual(['5 provider:reels b1'])
  })

  test('a revision that is left out is named', () => {
    const events = roundEvents.map((event) =>
      event.revision < 3n ? event : { ...event, revision: event.revision + 1n },
    )
    expect(audited(events).violations).toStrictEqual(['5 provider:reels b1'])
  })

  test('a bet that stands behind the end of its session is named, whatever was answered', () => {
    const auditor = auditorOf(...round.slice(0, 3))
    const witnesses = [bet('b1', '10'), closing].map((asked) => auditor.sent(PLAYER, asked))
    witnesses[0]?.answered(accepted(9_000n))
    witnesses[1]?.answered(accepted(9_000n))
    const account = auditor.account(PLAYER)
    const placed = moneyEvent('BetPlaced', bet('b1', '10'), 1_000n, [10_000n, 9_000n])
    const closed = eventOf('GameSessionClosed', closing)
    const interrupted = eventOf('RoundInterrupted', closing)
    const before = roundEvents.slice(0, 3)
    const right = inOrder([...before, placed, closed, interrupted])
    expect(audited(right, account).violations).toStrictEqual([])
    const wrong = inOrder([...before, closed, placed])
    expect(audited(wrong, account).violations).toContain('4 provider:reels b1')
    const uninterrupted = inOrder([...before, placed, closed])
    expect(audited(uninterrupted, account).violations).toStrictEqual(['1 provider:reels close'])
  })

  test('an order against the times of requests and answers is named', () => {
    const account = auditorOf(
      ...round.slice(0, 3),
      [bet('b1', '10'), accepted(9_000n)],
      [bet('b2', '10'), accepted(8_000n)],
    ).account(PLAYER)
    const first = moneyEvent('BetPlaced', bet('b2', '10'), 1_000n, [10_000n, 9_000n])
    const second = moneyEvent('BetPlaced', bet('b1', '10'), 1_000n, [9_000n, 8_000n])
    const { violations } = audited(inOrder([...roundEvents.slice(0, 3), first, second]), account)
    expect(violations).toContain('5 provider:reels b2')
  })
})

describe('the rows', () => {
  const entries: readonly SeenEntry[] = [
    house('gateway:g d1', 'house:gateway-clearing', -10_000n),
    cash('gateway:g d1', 10_000n, [0n, 10_000n]),
    cash('provider:reels b1', -1_000n, [10_000n, 9_000n]),
    house('provider:reels b1', 'house:gaming', 1_000n),
    house('provider:reels w1', 'house:gaming', -3_000n),
    cash('provider:reels w1', 3_000n, [9_000n, 12_000n]),
  ]
  const auditedEntries = (seen: readonly SeenEntry[], ofPlayerAlone = false) => {
    const findings = new Findings()
    compareEntries(day(), seen, { evidence: 'postgres', findings, ofPlayerAlone })
    return named(findings)
  }

  test('of a right day are as they should be, all of them or the statement alone', () => {
    const statement = entries.filter(({ account }) => account === 'player:cash')
    expect(auditedEntries(entries)).toStrictEqual([])
    expect(auditedEntries(statement, true)).toStrictEqual([])
  })

  test('a doubled win is named', () => {
    expect(auditedEntries([...entries, ...entries.slice(4)])).toStrictEqual(['3 provider:reels w1'])
  })

  test('a lost bet is named', () => {
    const left = entries.filter(({ key }) => key !== 'provider:reels b1')
    expect(auditedEntries(left)).toStrictEqual(['5 provider:reels b1'])
  })

  test('an entry of another amount, currency or balance is named', () => {
    for (const fault of [{ amount: 1n }, { currency: 'JPY' }, { balanceAfter: 1n }]) {
      const changed = entries.map((entry, nth) =>
        nth === 2 ? Object.assign({ ...entry }, fault) : entry,
      )
      expect(auditedEntries(changed)).toStrictEqual(['1 provider:reels b1'])
    }
  })

  test('entries that do not sum to zero are named, and the trial balance with them', () => {
    const findings = new Findings()
    const key = 'provider:reels b1'
    reportUnbalanced([{ position: 300n, key, currency: 'EUR', sum: 1n }], findings)
    expect(named(findings)).toStrictEqual(['1 provider:reels b1 at position 300'])

    const auditor = auditorOf(...round)
    const sums = new Map([
      ['player:cash EUR', 12_000n],
      ['house:gaming EUR', -2_000n],
      ['house:gateway-clearing EUR', -10_000n],
    ])
    const shown = { evidence: 'postgres', isAlone: true } as const
    compareTrialBalances(auditor, sums, shown)
    expect(named(auditor.findings)).toStrictEqual([])
    compareTrialBalances(auditor, new Map(sums).set('player:cash EUR', 12_001n), shown)
    expect(named(auditor.findings)).toStrictEqual(['1 trial balance in EUR', '1 player:cash EUR'])
  })

  test('a wrong balance is named, and one that is missing', () => {
    const findings = new Findings()
    const right = { currency: 'EUR', jurisdiction: 'MT', cash: 12_000n, held: 0n }
    compareAccount(day(), right, 'postgres', findings)
    expect(named(findings)).toStrictEqual([])
    compareAccount(day(), { ...right, cash: 12_001n }, 'postgres', findings)
    compareAccount(day(), { ...right, held: 1n }, 'postgres', findings)
    compareAccount(day(), undefined, 'graphql', findings)
    expect(named(findings)).toStrictEqual(['1 balance', '1 balance', '1 balance'])
  })

  test('rounds and their bets and wins are named when they differ', () => {
    const findings = new Findings()
    const key = 'reels r1'
    const right = {
      key,
      gameId: 'slot',
      sessionId: SESSION,
      status: 'complete',
      staked: 1_000n,
      won: 3_000n,
      betCount: 1,
      winCount: 1,
    } as const
    compareRounds(day(), [right], 'postgres', findings)
    const moves = [
      { key: 'provider:reels b1', roundKey: key, kind: 'bet', amount: 1_000n, isRolledBack: false },
      { key: 'provider:reels w1', roundKey: key, kind: 'win', amount: 3_000n, isRolledBack: false },
    ] as const
    compareMoves(day(), moves, 'postgres', findings)
    expect(named(findings)).toStrictEqual([])

    compareRounds(day(), [{ ...right, status: 'in progress' }], 'postgres', findings)
    compareRounds(day(), [{ ...right, winCount: 2, won: 6_000n }], 'postgres', findings)
    compareMoves(day(), [...moves, moves[1]], 'postgres', findings)
    compareMoves(day(), [{ ...moves[0], isRolledBack: true }, moves[1]], 'postgres', findings)
    expect(named(findings)).toStrictEqual([
      '1 round reels r1',
      '1 round reels r1',
      '3 provider:reels w1',
      '1 provider:reels b1',
    ])
  })

  test('an id that the archive has lost or mistaken is named', () => {
    const findings = new Findings()
    const right = [
      done('operator:site reg', 0n),
      done('gateway:g d1', 10_000n),
      done('provider:reels open', 10_000n),
      { ...done('provider:reels b1', 9_000n), kind: 'bet' as const },
      done('provider:reels w1', 12_000n),
    ]
    compareTransactions(day(), right, findings)
    expect(named(findings)).toStrictEqual([])
    compareTransactions(day(), right.slice(1), findings)
    compareTransactions(day(), [...right.slice(0, 4), done('provider:reels w1', 1n)], findings)
    expect(named(findings)).toStrictEqual(['5 operator:site reg', '1 provider:reels w1'])
  })

  test('an account that nobody has asked for is named', () => {
    const auditor = auditorOf(...round)
    reportStrangers(auditor, [day().playerId ?? '', 'somebody'], 'postgres')
    expect(named(auditor.findings)).toStrictEqual(['3 player somebody'])
  })
})

test('every violation is counted, and the first of them are kept', () => {
  const findings = new Findings(2)
  for (const subject of ['a', 'b', 'c']) {
    findings.add({ invariant: 1, evidence: 'answer', subject, expected: '', actual: '' })
  }
  expect(findings.count).toBe(3)
  expect(findings.kept.map(({ subject }) => subject)).toStrictEqual(['a', 'b'])
})
