import { expect, test } from 'vitest'
import { type AccountEvent, verifyAccounts } from '../../../bench/bets/ledger/verify.ts'

/** The check at the end of the bets bench must not be one that everything passes. */

const DEPOSIT = 1_000_000

function deposit(stream: string): AccountEvent {
  const balance = { before: { cash: '0' }, after: { cash: `${DEPOSIT}` } }
  return { stream, type: 'DepositSettled', data: { transaction: { id: stream }, balance } }
}

function bet(stream: string, id: string, before: number, after = before - 100): AccountEvent {
  const balance = { before: { cash: `${before}` }, after: { cash: `${after}` } }
  return { stream, type: 'BetPlaced', data: { transaction: { id }, balance } }
}

async function* stored(...events: AccountEvent[]): AsyncGenerator<AccountEvent> {
  yield* await Promise.resolve(events)
}

test('accounts whose balances follow from their bets add up', async () => {
  const events = stored(
    deposit('a'),
    deposit('b'),
    bet('a', '1', DEPOSIT),
    bet('b', '2', DEPOSIT),
    bet('a', '3', DEPOSIT - 100),
    { stream: 'a', type: 'GameSessionOpened', data: {} },
  )
  expect(await verifyAccounts(events)).toEqual({ accounts: 2, bets: 3, leftMinor: 1_999_700n })
})

test('a bet that took effect twice is found, also in two accounts', async () => {
  const twice = stored(deposit('a'), bet('a', '1', DEPOSIT), bet('a', '1', DEPOSIT - 100))
  await expect(verifyAccounts(twice)).rejects.toThrow('1 took effect twice')
  const inTwo = [deposit('a'), deposit('b'), bet('a', '1', DEPOSIT), bet('b', '1', DEPOSIT)]
  await expect(verifyAccounts(stored(...inTwo))).rejects.toThrow('1 took effect twice')
})

test('a bet that is missing, or took another amount, is found', async () => {
  const missing = stored(deposit('a'), bet('a', '1', DEPOSIT), bet('a', '3', DEPOSIT - 200))
  await expect(verifyAccounts(missing)).rejects.toThrow('3: the balance before it is another')
  const other = stored(deposit('a'), bet('a', '1', DEPOSIT, DEPOSIT - 200))
  await expect(verifyAccounts(other)).rejects.toThrow('1: the balance after it is wrong')
})

test('a bet without a deposit is found', async () => {
  const events = stored(bet('a', '1', DEPOSIT))
  await expect(verifyAccounts(events)).rejects.toThrow('1: the balance before it is another')
})

test('an event without the figures it must have is found', async () => {
  const events = stored({ stream: 'a', type: 'BetPlaced', data: {} })
  await expect(verifyAccounts(events)).rejects.toThrow('no text at transaction.id')
})
