import { describe, expect, it } from 'vitest'
import { type AccountCommand, events, reject } from '../../../domain/index.ts'
import { given, history, replayOf } from '../../support/given-when-then.ts'
import {
  balances,
  cancelWithdrawal,
  deposit,
  eur,
  registration,
  settleWithdrawal,
  transactionOf,
  usd,
  withdrawal,
  withdrawalIdOf,
} from './commands.ts'

const rich = [registration(), deposit('d1', 1_000n)] as const
const pending = history(...rich, withdrawal('w1', 400n))
const notPending = reject('WITHDRAWAL_NOT_PENDING', { withdrawalId: withdrawalIdOf('w1') })

describe('a withdrawal request', () => {
  it('sets the amount aside', () => {
    const command = withdrawal('w1', 400n)
    expect(given(...history(...rich)).when(command)).toStrictEqual([
      events.WithdrawalRequested({
        transaction: transactionOf(command),
        withdrawalId: withdrawalIdOf('w1'),
        amount: eur(400n),
        balance: balances([1_000n, 600n], [0n, 400n]),
      }),
    ])
  })

  it('may take all the cash there is', () => {
    expect(given(...history(...rich)).when(withdrawal('w1', 1_000n))).toMatchObject([
      { data: { balance: { after: { cash: 0n, held: 1_000n } } } },
    ])
  })

  it('one minor unit above the cash is refused', () => {
    expect(given(...history(...rich)).when(withdrawal('w1', 1_001n))).toStrictEqual(
      reject('INSUFFICIENT_FUNDS', { available: eur(1_000n), needed: eur(1_001n) }),
    )
  })

  it('cannot take what another one holds', () => {
    expect(given(...pending).when(withdrawal('w2', 601n))).toStrictEqual(
      reject('INSUFFICIENT_FUNDS', { available: eur(600n), needed: eur(601n) }),
    )
  })

  it('in another currency is refused', () => {
    expect(given(...pending).when(withdrawal('w2', usd(1n)))).toStrictEqual(
      reject('CURRENCY_MISMATCH', { currency: 'EUR', given: 'USD' }),
    )
  })

  it('is refused while fifty are pending, and taken when one of them is done', () => {
    const fifty = Array.from({ length: 50 }, (_, nth) => withdrawal(`w${nth}`, 1n))
    const full = [...rich, ...fifty]
    expect(given(...history(...full)).when(withdrawal('w50', 1n))).toStrictEqual(
      reject('TOO_MANY_PENDING_WITHDRAWALS', { limit: 50 }),
    )
    const oneDone = history(...full, settleWithdrawal('p1', 'w7'))
    expect(given(...oneDone).when(withdrawal('w50', 1n))).toHaveLength(1)
  })
})

describe('a settlement', () => {
  it('takes the held amount out of the account', () => {
    const command = settleWithdrawal('p1', 'w1')
    expect(given(...pending).when(command)).toStrictEqual([
      events.WithdrawalSettled({
        transaction: transactionOf(command),
        withdrawalId: withdrawalIdOf('w1'),
        gateway: 'psp',
        amount: eur(400n),
        balance: balances([600n, 600n], [400n, 0n]),
      }),
    ])
  })

  it('before the request is refused', () => {
    expect(given(...history(...rich)).when(settleWithdrawal('p1', 'w1'))).toStrictEqual(notPending)
  })

  it('sent again is answered again', () => {
    const settled = [...pending, ...eventsOf(settleWithdrawal('p1', 'w1'))]
    expect(given(...settled).when(settleWithdrawal('p1', 'w1'))).toStrictEqual(
      replayOf('DONE', 600n),
    )
  })

  it.each([
    ['after a settlement', settleWithdrawal('p1', 'w1')],
    ['after a cancellation', cancelWithdrawal('c1', 'w1')],
  ])('under a new id %s is refused', (_, first) => {
    expect(given(...pending, ...eventsOf(first)).when(settleWithdrawal('p2', 'w1'))).toStrictEqual(
      notPending,
    )
  })
})

describe('a cancellation', () => {
  it('gives the held amount back', () => {
    const command = cancelWithdrawal('c1', 'w1')
    expect(given(...pending).when(command)).toStrictEqual([
      events.WithdrawalCancelled({
        transaction: transactionOf(command),
        withdrawalId: withdrawalIdOf('w1'),
        reason: 'PLAYER_REQUEST',
        amount: eur(400n),
        balance: balances([600n, 1_000n], [400n, 0n]),
      }),
    ])
  })

  it('before the request is refused', () => {
    expect(given(...history(...rich)).when(cancelWithdrawal('c1', 'w1'))).toStrictEqual(notPending)
  })

  it.each([
    ['after a settlement', settleWithdrawal('p1', 'w1')],
    ['after a cancellation', cancelWithdrawal('c1', 'w1')],
  ])('under a new id %s is refused', (_, first) => {
    expect(given(...pending, ...eventsOf(first)).when(cancelWithdrawal('c2', 'w1'))).toStrictEqual(
      notPending,
    )
  })

  it('leaves other withdrawals alone', () => {
    const two = history(...rich, withdrawal('w1', 400n), withdrawal('w2', 100n))
    expect(given(...two).when(cancelWithdrawal('c1', 'w2'))).toMatchObject([
      { data: { balance: balances([500n, 600n], [500n, 400n]) } },
    ])
  })
})

describe('where the market forbids players to cancel (Great Britain)', () => {
  const inGreatBritain = { playerMayCancel: false }

  it('the player cannot cancel', () => {
    expect(given(...pending).when(cancelWithdrawal('c1', 'w1'), inGreatBritain)).toStrictEqual(
      reject('WITHDRAWAL_NOT_CANCELLABLE', { jurisdiction: 'GB' }),
    )
  })

  it.each(['GATEWAY_FAILED', 'OPERATOR_DECISION'] as const)('%s still can', (reason) => {
    const decision = given(...pending).when(cancelWithdrawal('c1', 'w1', reason), inGreatBritain)
    expect(decision).toMatchObject([{ type: 'WithdrawalCancelled', data: { reason } }])
  })
})

function eventsOf(command: AccountCommand) {
  return history(...rich, withdrawal('w1', 400n), command).slice(pending.length)
}
