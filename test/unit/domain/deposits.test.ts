import { describe, expect, it } from 'vitest'
import { events, reject } from '../../../domain/index.ts'
import { given, history, replayOf } from '../../support/given-when-then.ts'
import { balances, deposit, eur, registration, transactionOf, usd, withdrawal } from './commands.ts'

const registered = history(registration())

describe('a settled deposit', () => {
  it('adds to cash and records the balances around it', () => {
    const command = deposit('d1', 1_050n)
    expect(given(...registered).when(command)).toStrictEqual([
      events.DepositSettled({
        transaction: transactionOf(command),
        gateway: 'psp',
        amount: eur(1_050n),
        balance: balances([0n, 1_050n]),
      }),
    ])
  })

  it('leaves what is held as it is', () => {
    const holding = history(registration(), deposit('d1', 500n), withdrawal('w1', 200n))
    expect(given(...holding).when(deposit('d2', 1n))).toMatchObject([
      { data: { balance: balances([300n, 301n], [200n, 200n]) } },
    ])
  })

  it('in another currency is refused', () => {
    expect(given(...registered).when(deposit('d1', usd(1_050n)))).toStrictEqual(
      reject('CURRENCY_MISMATCH', { currency: 'EUR', given: 'USD' }),
    )
  })

  it('sent again pays once, and the answer is the balance of then', () => {
    const twoDeposits = history(registration(), deposit('d1', 500n), deposit('d2', 70n))
    expect(given(...twoDeposits).when(deposit('d1', 500n))).toStrictEqual(replayOf('DONE', 500n))
  })

  it('sent again with another amount conflicts', () => {
    const deposited = history(registration(), deposit('d1', 500n))
    expect(given(...deposited).when(deposit('d1', 501n))).toStrictEqual(
      reject('TRANSACTION_CONFLICT', { transactionId: 'd1' }),
    )
  })
})
