import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { command, eur, newId, seatPlayer } from './client.ts'
import { type House, startHouse } from './house.ts'

/** Commands over HTTP, through ledger and event store: each outcome carries the actual balance. */

let house: House

beforeAll(async () => {
  house = await startHouse()
})

afterAll(async () => {
  await house.stop()
})

const both = (cash: string, held = '0.00') => ({ cash: { amount: cash }, held: { amount: held } })

test('a day of a player: every mutation accepts and says the balance', async () => {
  const { playerId, sessionId } = await seatPlayer(house)
  const roundId = newId('round')
  const bet = { transactionId: newId('bet'), playerId, sessionId, roundId, amount: eur('4.00') }
  const second = { ...bet, transactionId: newId('bet'), amount: eur('1.50') }

  expect(await command(house, 'acme', 'placeBet', bet)).toMatchObject({
    __typename: 'BetAccepted',
    replayed: false,
    balance: both('6.00'),
  })
  expect(await command(house, 'acme', 'placeBet', second)).toMatchObject({ balance: both('4.50') })
  const rollback = { transactionId: newId('x'), playerId, betTransactionId: second.transactionId }
  expect(await command(house, 'acme', 'rollbackBet', rollback)).toMatchObject({
    __typename: 'RollbackAccepted',
    result: 'ROLLED_BACK',
    balance: both('6.00'),
  })
  const win = { transactionId: newId('win'), playerId, roundId, amount: eur('7.25') }
  expect(await command(house, 'acme', 'creditWin', win)).toMatchObject({ balance: both('13.25') })
  const end = { transactionId: newId('end'), playerId, roundId }
  expect(await command(house, 'acme', 'endRound', end)).toMatchObject({ __typename: 'RoundEnded' })
  const closing = { idempotencyKey: newId('close'), playerId, sessionId }
  expect(await command(house, 'acme', 'closeGameSession', closing)).toMatchObject({
    __typename: 'GameSessionClosed',
  })

  const paidOut = await command(house, 'operator', 'requestWithdrawal', {
    idempotencyKey: newId('withdrawal'),
    playerId,
    amount: eur('3.25'),
  })
  expect(paidOut).toMatchObject({ balance: both('10.00', '3.25') })
  const settled = await command(house, 'operator', 'settleWithdrawal', {
    transactionId: newId('payout'),
    playerId,
    withdrawalId: paidOut.withdrawalId,
    gateway: 'psp',
  })
  expect(settled).toMatchObject({ __typename: 'WithdrawalSettled', balance: both('10.00') })
  const taken = await command(house, 'operator', 'requestWithdrawal', {
    idempotencyKey: newId('withdrawal'),
    playerId,
    amount: eur('2.00'),
  })
  const cancelled = await command(house, 'operator', 'cancelWithdrawal', {
    idempotencyKey: newId('cancel'),
    playerId,
    withdrawalId: taken.withdrawalId,
    reason: 'PLAYER_REQUEST',
  })
  expect(cancelled).toMatchObject({ __typename: 'WithdrawalCancelled', balance: both('10.00') })
})

describe('a command that comes again', () => {
  test('gets the answer of its first coming, marked as replayed', async () => {
    const { playerId, sessionId } = await seatPlayer(house)
    const bet = {
      transactionId: newId('bet'),
      playerId,
      sessionId,
      roundId: newId('round'),
      amount: eur('4.00'),
    }
    const first = await command(house, 'acme', 'placeBet', bet)
    await command(house, 'acme', 'placeBet', { ...bet, transactionId: newId('bet') })

    const again = await command(house, 'acme', 'placeBet', bet)

    expect(again).toMatchObject({ replayed: true, balance: both('6.00') })
    expect(first).toMatchObject({ replayed: false, balance: both('6.00') })
  })

  test('sent twenty times at once has one effect', async () => {
    const { playerId, sessionId } = await seatPlayer(house)
    const roundId = newId('round')
    const bet = { transactionId: newId('bet'), playerId, sessionId, roundId, amount: eur('4.00') }

    const answers = await Promise.all(
      Array.from({ length: 20 }, () => command(house, 'acme', 'placeBet', bet)),
    )

    expect(answers.filter(({ replayed }) => replayed === false)).toHaveLength(1)
    expect(new Set(answers.map(({ balance }) => balance?.cash.amount))).toStrictEqual(
      new Set(['6.00']),
    )
  })

  test('with other content is refused, and the refusal is final', async () => {
    const { playerId, sessionId } = await seatPlayer(house)
    const roundId = newId('round')
    const bet = { transactionId: newId('bet'), playerId, sessionId, roundId, amount: eur('4.00') }
    await command(house, 'acme', 'placeBet', bet)

    const other = await command(house, 'acme', 'placeBet', { ...bet, amount: eur('4.01') })

    expect(other).toStrictEqual({
      __typename: 'TransactionConflict',
      code: 'TRANSACTION_CONFLICT',
      final: true,
      balance: both('6.00'),
    })
  })

  test('registers the same player', async () => {
    const registration = {
      idempotencyKey: newId('player'),
      currency: 'EUR',
      jurisdiction: 'MT',
    }
    const first = await command(house, 'operator', 'registerPlayer', registration)
    const again = await command(house, 'operator', 'registerPlayer', registration)

    expect(again).toMatchObject({ playerId: first.playerId, replayed: true })
  })

  test('credits a payment once, whatever key the site sends it under', async () => {
    const { playerId } = await seatPlayer(house, '10.00')
    const deposit = { transactionId: newId('pay'), playerId, gateway: 'psp', amount: eur('5.00') }

    await command(house, 'operator', 'settleDeposit', deposit)
    const again = await command(house, 'operator', 'settleDeposit', deposit)

    expect(again).toMatchObject({ replayed: true, balance: both('15.00') })
  })
})

describe('a refusal', () => {
  test('carries the actual balance and the figures that explain it', async () => {
    const { playerId, sessionId } = await seatPlayer(house, '1.00')
    const roundId = newId('round')
    const bet = { transactionId: newId('bet'), playerId, sessionId, roundId, amount: eur('1.01') }

    expect(await command(house, 'acme', 'placeBet', bet)).toStrictEqual({
      __typename: 'InsufficientFunds',
      code: 'INSUFFICIENT_FUNDS',
      final: false,
      balance: both('1.00'),
    })
  })

  test('of an unknown account has no balance', async () => {
    const deposit = {
      transactionId: newId('deposit'),
      playerId: '6f9619ff-8b86-4d01-b42d-00cf4fc964ff',
      gateway: 'psp',
      amount: eur('1.00'),
    }

    expect(await command(house, 'operator', 'settleDeposit', deposit)).toStrictEqual({
      __typename: 'PlayerNotFound',
      code: 'PLAYER_NOT_FOUND',
      final: false,
      balance: null,
    })
  })

  test('meets a bet that was rolled back before it came', async () => {
    const { playerId, sessionId } = await seatPlayer(house)
    const betTransactionId = newId('bet')
    const rollback = { transactionId: newId('x'), playerId, betTransactionId }
    const bet = {
      transactionId: betTransactionId,
      playerId,
      sessionId,
      roundId: newId('round'),
      amount: eur('1.00'),
    }

    expect(await command(house, 'acme', 'rollbackBet', rollback)).toMatchObject({
      result: 'TOMBSTONED',
    })
    expect(await command(house, 'acme', 'placeBet', bet)).toMatchObject({
      __typename: 'BetTombstoned',
      final: true,
      balance: both('10.00'),
    })
  })
})

describe('providers among each other', () => {
  test("another's session is not open to them, neither for bets nor to be closed", async () => {
    const { playerId, sessionId } = await seatPlayer(house)
    const closing = { idempotencyKey: newId('close'), playerId, sessionId }
    const bet = {
      transactionId: newId('bet'),
      playerId,
      sessionId,
      roundId: newId('round'),
      amount: eur('1.00'),
    }

    expect(await command(house, 'rival', 'closeGameSession', closing)).toMatchObject({
      code: 'SESSION_NOT_OPEN',
    })
    expect(await command(house, 'rival', 'placeBet', bet)).toMatchObject({
      code: 'SESSION_NOT_OPEN',
    })
    expect(await command(house, 'acme', 'placeBet', bet)).toMatchObject({
      __typename: 'BetAccepted',
    })
  })

  test('a session of a provider may be closed by the operator', async () => {
    const { playerId, sessionId } = await seatPlayer(house)
    const closing = { idempotencyKey: newId('close'), playerId, sessionId }

    expect(await command(house, 'operator', 'closeGameSession', closing)).toMatchObject({
      __typename: 'GameSessionClosed',
    })
  })
})
