import { command, externalId, partyName, transactionReference, uuid } from '../command.ts'
import { event } from '../event.ts'
import { reject } from '../rejection.ts'
import { type Round, roundKey, withEntry, withoutEntry } from './account.ts'
import { capability } from './capability.ts'

/** Game sessions: a player at one game of one provider. Bets need an open one, credits do not. */

const OPEN_SESSIONS_MAX = 50

export const OpenGameSession = command('OpenGameSession', {
  provider: partyName,
  gameId: externalId,
})
export const CloseGameSession = command('CloseGameSession', {
  sessionId: uuid,
  /** Whose session it must be; absent when the operator closes it. */
  provider: partyName.optional(),
})

const session = {
  transaction: transactionReference,
  sessionId: uuid,
  provider: partyName,
  gameId: externalId,
}
export const GameSessionOpened = event('GameSessionOpened', 1, session)
export const GameSessionClosed = event('GameSessionClosed', 1, session)
/** The session of an open round was closed; the round may still be won, ended or rolled back. */
export const RoundInterrupted = event('RoundInterrupted', 1, { ...session, roundId: externalId })

export const sessions = capability(
  { OpenGameSession, CloseGameSession },
  { GameSessionOpened, GameSessionClosed, RoundInterrupted },
  {
    decide: {
      OpenGameSession(account, { provider, gameId }, { transaction, id }) {
        if (account.sessions.size >= OPEN_SESSIONS_MAX) {
          return reject('TOO_MANY_OPEN_SESSIONS', { limit: OPEN_SESSIONS_MAX })
        }
        return [GameSessionOpened({ transaction, sessionId: id, provider, gameId })]
      },

      CloseGameSession(account, { sessionId, provider }, { transaction }) {
        const open = account.sessions.get(sessionId)
        if (open === undefined || (provider !== undefined && provider !== open.provider)) {
          return reject('SESSION_NOT_OPEN', { sessionId })
        }
        const closing = { transaction, sessionId, ...open }
        const interrupted = [...account.rounds.values()]
          .filter((round) => round.sessionId === sessionId)
          .map(({ roundId }) => RoundInterrupted({ ...closing, roundId }))
        return [GameSessionClosed(closing), ...interrupted]
      },
    },

    evolve: {
      GameSessionOpened: (account, { sessionId, provider, gameId }) => ({
        ...account,
        sessions: withEntry(account.sessions, sessionId, { provider, gameId }),
      }),
      GameSessionClosed: (account, { sessionId }) => ({
        ...account,
        sessions: withoutEntry(account.sessions, sessionId),
      }),
      RoundInterrupted: (account, { provider, roundId }) => {
        const key = roundKey(provider, roundId)
        const round = account.rounds.get(key)
        if (round === undefined) return account
        const interrupted: Round = { ...round, status: 'interrupted' }
        return { ...account, rounds: withEntry(account.rounds, key, interrupted) }
      },
    },

    gates: {
      bet: ({ sessions: open }, { sessionId, provider }) =>
        open.get(sessionId)?.provider === provider
          ? undefined
          : reject('SESSION_NOT_OPEN', { sessionId }),
    },
  },
)
