import { test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { fold } from '../../../domain/index.ts'
import { accountChanges } from '../../../projections/balances.ts'
import { entriesOf } from '../../../projections/ledger-entries.ts'
import { asProjected, eventsOf, projectedHistory } from '../../support/projected-events.ts'
import {
  bet,
  deposit,
  openSession,
  registration,
  withdrawal,
  withdrawalIdOf,
} from '../domain/commands.ts'
import { randomPlay } from '../domain/random-play.ts'

test('of all events of a player in a batch, the last word counts', () => {
  const events = projectedHistory(registration(), deposit('d1', 100n), openSession('s1'))
  expect(accountChanges(events)).toEqual([
    {
      player_id: 'player-1',
      currency: 'EUR',
      jurisdiction: 'MT',
      cash: 100n,
      held: 0n,
      registered_at: '2026-01-01T00:00:00.000Z',
      revision: 2n,
      position: 20n,
      updated_at: '2026-01-01T00:00:02.000Z',
    },
  ])
})

test('an event without money leaves the balance as it was', () => {
  const [opened] = accountChanges(projectedHistory(registration(), openSession('s1')).slice(1))
  expect(opened).toMatchObject({ cash: null, held: null, registered_at: null, revision: 1n })
})

test('players in one batch do not mix', () => {
  const mine = projectedHistory(registration(), deposit('d1', 100n))
  const yours = asProjected(eventsOf([registration(), deposit('d1', 7n)]), 'player-2')
  const mixed = [...mine, ...yours].toSorted((one, other) => Number(one.position - other.position))
  const cash = accountChanges(mixed).map((change) => [change.player_id, change.cash])
  expect(cash).toEqual([
    ['player-1', 100n],
    ['player-2', 7n],
  ])
})

property.prop([randomPlay], { numRuns: 40 })('the balance is that of the fold', (commands) => {
  const events = eventsOf(commands)
  const [change] = accountChanges(asProjected(events))
  const { balance, identity } = fold(events)
  if (identity === undefined) expect(change).toBeUndefined()
  else expect(change).toMatchObject(balance)
})

test('an entry tells its account, what moved and where it comes from', () => {
  const commands = [registration(), deposit('d1', 100n), openSession('s1'), bet('b1', 30n)]
  const [, , , placed] = projectedHistory(...commands)
  if (placed === undefined) throw new Error('there is a bet')
  const shared = {
    position: 30n,
    event_type: 'BetPlaced',
    player_id: 'player-1',
    currency: 'EUR',
    transaction_issuer: 'provider:acme',
    transaction_id: 'b1',
    provider: 'acme',
    game_id: 'slot',
    round_id: 'r1',
    withdrawal_id: null,
    gateway: null,
    decided_at: '2026-01-01T00:00:03.000Z',
  }
  expect(entriesOf(placed)).toMatchObject([
    {
      ...shared,
      entry_no: 0,
      ledger_account: 'player:cash',
      amount: -30n,
      balance_before: 100n,
      balance_after: 70n,
    },
    {
      ...shared,
      entry_no: 1,
      ledger_account: 'house:gaming',
      amount: 30n,
      balance_before: null,
      balance_after: null,
    },
  ])
})

test('a withdrawal that is asked for moves cash to what is held', () => {
  const commands = [registration(), deposit('d1', 100n), withdrawal('o1', 40n)]
  const [, , requested] = projectedHistory(...commands)
  if (requested === undefined) throw new Error('there is a withdrawal')
  const withdrawal_id = withdrawalIdOf('o1')
  expect(entriesOf(requested)).toMatchObject([
    { ledger_account: 'player:cash', balance_before: 100n, balance_after: 60n, withdrawal_id },
    { ledger_account: 'player:held', balance_before: 0n, balance_after: 40n, withdrawal_id },
  ])
})

property.prop([randomPlay], { numRuns: 40 })('entries balance, event by event', (commands) => {
  for (const event of asProjected(eventsOf(commands))) {
    const entries = entriesOf(event)
    expect(entries.reduce((sum, { amount }) => sum + amount, 0n)).toBe(0n)
    for (const { amount, balance_before, balance_after } of entries) {
      if (balance_before !== null) expect(balance_after).toBe(balance_before + amount)
    }
  }
})
