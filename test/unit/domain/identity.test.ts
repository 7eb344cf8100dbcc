import { describe, expect, it } from 'vitest'
import { events, reject } from '../../../domain/index.ts'
import { given, history, replayOf } from '../../support/given-when-then.ts'
import { deposit, PLAYER_ID, registration, transactionOf } from './commands.ts'

describe('a registration', () => {
  it('gives the account its market and its one currency', () => {
    const command = registration()
    expect(given().when(command)).toStrictEqual([
      events.PlayerRegistered({
        transaction: transactionOf(command),
        currency: 'EUR',
        jurisdiction: 'MT',
      }),
    ])
  })

  it('is answered again when it is sent again', () => {
    const registered = history(registration())
    expect(given(...registered).when(registration())).toStrictEqual(replayOf('DONE', 0n))
  })

  it('conflicts when sent again with another currency', () => {
    const registered = history(registration())
    expect(given(...registered).when(registration('reg', 'USD'))).toStrictEqual(
      reject('TRANSACTION_CONFLICT', { transactionId: 'reg' }),
    )
  })

  it('is refused under another id once the player is registered', () => {
    const registered = history(registration())
    expect(given(...registered).when(registration('reg-2'))).toStrictEqual(
      reject('PLAYER_ALREADY_REGISTERED'),
    )
  })
})

describe('an account without a registration', () => {
  it('takes no command', () => {
    expect(given().when(deposit('d1', 100n))).toStrictEqual(
      reject('PLAYER_NOT_FOUND', { playerId: PLAYER_ID }),
    )
  })
})
