import { describe, expect, it } from 'vitest'
import { type Account, events, fold, reject } from '../../../domain/index.ts'
import { given, history, replayOf } from '../../support/given-when-then.ts'
import {
  bet,
  closeSession,
  deposit,
  openSession,
  PLAYER_ID,
  registration,
  sessionIdOf,
  SITE,
  transactionOf,
} from './commands.ts'

const registered = [registration(), deposit('d1', 1_000n)] as const
const playing = history(...registered, openSession())
const sessionId = sessionIdOf('s1')

describe('opening a game session', () => {
  it('names the provider and the game', () => {
    const command = openSession('s1', { game: 'roulette' })
    expect(given(...history(...registered)).when(command)).toStrictEqual([
      events.GameSessionOpened({
        transaction: transactionOf(command),
        sessionId,
        provider: 'acme',
        gameId: 'roulette',
      }),
    ])
  })

  it('sent again opens no second one', () => {
    expect(given(...playing).when(openSession())).toStrictEqual(replayOf('DONE', 1_000n))
  })

  it('under another id opens a second one of the same game', () => {
    const decision = given(...playing).when(openSession('s2'))
    expect(decision).toMatchObject([{ data: { sessionId: sessionIdOf('s2') } }])
  })

  it('is refused while fifty are open, and taken when one of them has closed', () => {
    const fifty = Array.from({ length: 50 }, (_, nth) => openSession(`s${nth}`))
    const full = [...registered, ...fifty]
    expect(given(...history(...full)).when(openSession('s50'))).toStrictEqual(
      reject('TOO_MANY_OPEN_SESSIONS', { limit: 50 }),
    )
    const oneClosed = history(...full, closeSession('c1', { session: 's7' }))
    expect(given(...oneClosed).when(openSession('s50'))).toHaveLength(1)
  })
})

describe('closing a game session', () => {
  it('without open rounds closes it alone', () => {
    const command = closeSession('c1')
    expect(given(...playing).when(command)).toStrictEqual([
      events.GameSessionClosed({
        transaction: transactionOf(command),
        sessionId,
        provider: 'acme',
        gameId: 'slot',
      }),
    ])
  })

  it('interrupts the open rounds of this session and no others', () => {
    const twoSessions = [
      ...registered,
      openSession(),
      openSession('s2', { game: 'roulette' }),
      bet('b1', 10n, { round: 'r1' }),
      bet('b2', 10n, { round: 'r2', session: 's2' }),
      bet('b3', 10n, { round: 'r3' }),
    ]
    const decision = given(...history(...twoSessions)).when(closeSession('c1'))
    expect(decision).toMatchObject([
      { type: 'GameSessionClosed' },
      { type: 'RoundInterrupted', data: { roundId: 'r1' } },
      { type: 'RoundInterrupted', data: { roundId: 'r3' } },
    ])
    const account = fold(history(...twoSessions, closeSession('c1')))
    expect(statusByRound(account)).toStrictEqual({
      r1: 'interrupted',
      r2: 'in progress',
      r3: 'interrupted',
    })
  })

  it('may be done by the operator, whosesoever it is', () => {
    const decision = given(...playing).when({
      type: 'CloseGameSession',
      playerId: PLAYER_ID,
      transaction: { issuer: SITE, id: 'c1' },
      data: { sessionId },
    })
    expect(decision).toMatchObject([{ type: 'GameSessionClosed', data: { provider: 'acme' } }])
  })

  it('of another provider is refused', () => {
    const foreign = closeSession('c1', { provider: 'rival' })
    const command = { ...foreign, data: { ...foreign.data, sessionId } }
    expect(given(...playing).when(command)).toStrictEqual(reject('SESSION_NOT_OPEN', { sessionId }))
  })

  it('sent again, with the rounds it interrupted, has one effect', () => {
    const closed = history(...registered, openSession(), bet('b1', 10n), closeSession('c1'))
    expect(given(...closed).when(closeSession('c1'))).toStrictEqual(replayOf('DONE', 990n))
  })

  it('that is closed or was never open is refused', () => {
    const refused = reject('SESSION_NOT_OPEN', { sessionId })
    expect(given(...history(...registered)).when(closeSession('c1'))).toStrictEqual(refused)
    const closed = history(...registered, openSession(), closeSession('c1'))
    expect(given(...closed).when(closeSession('c2'))).toStrictEqual(refused)
  })
})

function statusByRound({ rounds }: Account) {
  return Object.fromEntries([...rounds.values()].map(({ roundId, status }) => [roundId, status]))
}
