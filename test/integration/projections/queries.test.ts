import { expect, test } from 'vitest'
import {
  PAGE_LENGTH_MAX,
  type PageRequest,
  projectors,
  readAccount,
  readRound,
  readRounds,
  readRoundTransactions,
  readStatement,
} from '../../../projections/index.ts'
import { registerProjectors } from '../../../projections/runner/checkpoints.ts'
import { Seat } from '../../../projections/runner/seat.ts'
import { asProjected, eventsOf } from '../../support/projected-events.ts'
import { createReadModels, silent } from '../../support/projecting.ts'
import {
  bet,
  deposit,
  openSession,
  registration,
  rollback,
  win,
  withdrawal,
} from '../../unit/domain/commands.ts'

const HUGE = 10n ** 26n

const day = eventsOf([
  registration(),
  deposit('d1', HUGE),
  openSession('s1'),
  ...Array.from({ length: 7 }, (_, nth) => bet(`b${nth}`, 10n, { round: `r${nth}` })),
  rollback('x3', 'b3'),
  bet('b3-2', 4n, { round: 'r3' }),
  win('w3', 9n, { round: 'r3', endsRound: true }),
  withdrawal('o1', 5n),
])

async function readModelsOfADay() {
  const { db } = await createReadModels()
  await registerProjectors(db, projectors)
  for (const projector of projectors) {
    const seat = new Seat(projector, db, silent())
    await seat.apply(asProjected(day, 'player-1'))
  }
  return db
}

test('an account, and none for a player who is not there', async () => {
  const db = await readModelsOfADay()
  expect(await readAccount(db, 'player-1')).toEqual({
    player_id: 'player-1',
    currency: 'EUR',
    jurisdiction: 'MT',
    cash: HUGE - 60n - 4n + 9n - 5n,
    held: 5n,
    registered_at: new Date('2026-01-01T00:00:00.000Z'),
    revision: BigInt(day.length - 1),
    position: BigInt(10 * (day.length - 1)),
    updated_at: new Date(Date.UTC(2026, 0, 1) + 1_000 * (day.length - 1)),
  })
  expect(await readAccount(db, 'player-2')).toBeUndefined()
})

test('a statement is read in pages from both ends, without gap or repetition', async () => {
  const db = await readModelsOfADay()
  const all = (await readStatement(db, 'player-1', { take: { first: 100 } })).rows
  // a deposit, eight bets, a rollback, a win, and a withdrawal that moves between two sub-accounts
  expect(all).toHaveLength(1 + 8 + 1 + 1 + 2)
  const keyOf = (index: number) => {
    const { position, entry_no: entryNo } = all[index] ?? { position: -1n, entry_no: 0 }
    return { position, entryNo }
  }

  const first = await readStatement(db, 'player-1', { take: { first: 12 } })
  expect(first).toEqual({ rows: all.slice(0, 12), hasPreviousPage: false, hasNextPage: true })
  const next = await readStatement(db, 'player-1', { take: { first: 12 }, after: keyOf(11) })
  expect(next).toEqual({ rows: all.slice(12), hasPreviousPage: true, hasNextPage: false })
  const last = await readStatement(db, 'player-1', { take: { last: 3 } })
  expect(last).toEqual({ rows: all.slice(-3), hasPreviousPage: true, hasNextPage: false })
  const earlier = await readStatement(db, 'player-1', { take: { last: 100 }, before: keyOf(2) })
  expect(earlier).toEqual({ rows: all.slice(0, 2), hasPreviousPage: false, hasNextPage: true })
  const between = { after: keyOf(2), before: keyOf(5) }
  expect((await readStatement(db, 'player-1', { take: { first: 9 }, ...between })).rows).toEqual(
    all.slice(3, 5),
  )
})

test('a statement runs from balance to balance', async () => {
  const db = await readModelsOfADay()
  const { rows } = await readStatement(db, 'player-1', { take: { first: 100 } })
  const cash = rows.filter(({ ledger_account }) => ledger_account === 'player:cash')
  let balance = 0n
  for (const { balance_before, balance_after, amount } of cash) {
    expect(balance_before).toBe(balance)
    balance += amount
    expect(balance_after).toBe(balance)
  }
  expect(balance).toBe(HUGE - 60n - 4n + 9n - 5n)
})

test('rounds come in the order of their first bets', async () => {
  const db = await readModelsOfADay()
  const roundsOf = async (request: PageRequest<{ firstPosition: bigint }>) => {
    const page = await readRounds(db, 'player-1', request)
    return { ...page, rows: page.rows.map(({ round_id }) => round_id) }
  }
  expect(await roundsOf({ take: { first: 3 } })).toEqual({
    rows: ['r0', 'r1', 'r2'],
    hasPreviousPage: false,
    hasNextPage: true,
  })
  expect(await roundsOf({ take: { last: 2 } })).toMatchObject({ rows: ['r5', 'r6'] })
  expect(await roundsOf({ take: { first: 9 }, after: { firstPosition: 2n ** 80n } })).toMatchObject(
    {
      rows: [],
      hasNextPage: false,
    },
  )
})

test('a round tells its bets and wins, and which of them were rolled back', async () => {
  const db = await readModelsOfADay()
  const name = { playerId: 'player-1', provider: 'acme', roundId: 'r3' }
  expect(await readRound(db, name)).toMatchObject({
    status: 'complete',
    ended: true,
    staked: 4n,
    won: 9n,
    bet_count: 1,
    win_count: 1,
  })
  const { rows } = await readRoundTransactions(db, name, { take: { first: 100 } })
  expect(rows.map((row) => [row.kind, row.transaction_id, row.amount, row.rolled_back])).toEqual([
    ['bet', 'b3', 10n, true],
    ['bet', 'b3-2', 4n, false],
    ['win', 'w3', 9n, false],
  ])
  expect(await readRound(db, { ...name, roundId: 'r99' })).toBeUndefined()
})

test('a page of no rows, part of one or too many is refused', async () => {
  const { db } = await createReadModels()
  for (const length of [0, -1, 1.5, Number.NaN, PAGE_LENGTH_MAX + 1]) {
    for (const take of [{ first: length }, { last: length }]) {
      await expect(readStatement(db, 'player-1', { take })).rejects.toThrow(RangeError)
    }
  }
})
