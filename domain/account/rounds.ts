import { z } from 'zod'
import { command, externalId, partyName, transactionReference, uuid } from '../command.ts'
import { event } from '../event.ts'
import { money, positiveMoney } from '../money/money.ts'
import { reject, type Rejection } from '../rejection.ts'
import {
  type Account,
  balanceChange,
  type Round,
  type RoundEnd,
  roundKey,
  type StandingBet,
  transactionKey,
  withEntry,
  withoutEntry,
} from './account.ts'
import { type Archive, capability, type Context, type Gated } from './capability.ts'
import { recall, remember } from './key-window.ts'
import { currencyMismatch, moved } from './wallet.ts'

/** Rounds (game cycles): bets and wins until the round ends (GLI-19 2.8.2). */

const OPEN_ROUNDS_OF_PROVIDER_MAX = 200
const OPEN_ROUNDS_MAX = 1_000
const BETS_IN_ROUND_MAX = 500

export const PlaceBet = command('PlaceBet', {
  provider: partyName,
  sessionId: uuid,
  roundId: externalId,
  amount: positiveMoney,
})
export const CreditWin = command('CreditWin', {
  provider: partyName,
  roundId: externalId,
  amount: positiveMoney,
  /** Whether nothing more happens in this round. */
  endsRound: z.boolean(),
})
export const EndRound = command('EndRound', { provider: partyName, roundId: externalId })

const inRound = {
  transaction: transactionReference,
  provider: partyName,
  gameId: externalId,
  sessionId: uuid,
  roundId: externalId,
}
const moneyInRound = { ...inRound, amount: money, balance: balanceChange }
export const BetPlaced = event('BetPlaced', 1, moneyInRound)
export const WinCredited = event('WinCredited', 1, moneyInRound)
export const RoundEnded = event('RoundEnded', 1, inRound)

export const rounds = capability(
  { PlaceBet, CreditWin, EndRound },
  { BetPlaced, WinCredited, RoundEnded },
  {
    decide: {
      PlaceBet(account, { provider, sessionId, roundId, amount }, { transaction }) {
        const gameId = account.sessions.get(sessionId)?.gameId ?? ''
        const balance = moved(account, { cash: -amount.minor })
        const round = { provider, gameId, sessionId, roundId }
        return [BetPlaced({ transaction, ...round, amount, balance })]
      },

      CreditWin(account, { provider, roundId, amount, endsRound }, context) {
        const round = account.rounds.get(roundKey(provider, roundId))
        if (round === undefined) return refusedAs(account, provider, roundId, context)
        const mismatch = currencyMismatch(account, amount)
        if (mismatch !== undefined) return mismatch
        const place = { transaction: context.transaction, ...placeOf(round) }
        const balance = moved(account, { cash: amount.minor })
        const won = WinCredited({ ...place, amount, balance })
        return endsRound ? [won, RoundEnded(place)] : [won]
      },

      EndRound(account, { provider, roundId }, context) {
        const { transaction } = context
        const round = account.rounds.get(roundKey(provider, roundId))
        if (round === undefined) return refusedAs(account, provider, roundId, context)
        return [RoundEnded({ transaction, ...placeOf(round) })]
      },
    },

    evolve: {
      BetPlaced: (account, { transaction, amount, balance, ...place }) => {
        const key = roundKey(place.provider, place.roundId)
        const standing = account.rounds.get(key)?.bets ?? new Map<string, StandingBet>()
        const bet = { minor: amount.minor, isSettled: false }
        const bets = withEntry(standing, transactionKey(transaction), bet)
        const round: Round = { ...placeOf(place), bets, status: 'in progress' }
        const rounds = withEntry(account.rounds, key, round)
        return { ...account, balance: balance.after, rounds }
      },
      WinCredited: (account, { provider, roundId, balance }) => {
        const key = roundKey(provider, roundId)
        const round = account.rounds.get(key)
        if (round === undefined) return { ...account, balance: balance.after }
        const rounds = withEntry(account.rounds, key, { ...round, bets: settled(round.bets) })
        return { ...account, balance: balance.after, rounds }
      },
      RoundEnded: (account, { provider, roundId }) =>
        closeRound(account, roundKey(provider, roundId), 'ended'),
    },

    gates: { bet: roundTakesBet },
  },
)

/** Takes a round off the open ones and remembers how it closed. */
export function closeRound(account: Account, key: string, end: RoundEnd): Account {
  return {
    ...account,
    rounds: withoutEntry(account.rounds, key),
    closedRounds: remember(account.closedRounds, key, end, account.revision + 1n),
  }
}

/** How a round that is not open has closed; undefined when it was never opened. */
export function closedRound(account: Account, archive: Archive, key: string): RoundEnd | undefined {
  return recall(account.closedRounds, key) ?? archive.rounds.get(key)
}

/** Where in the play something happened: the same for every event of a round. */
export function placeOf({ provider, gameId, sessionId, roundId }: Omit<Round, 'bets' | 'status'>) {
  return { provider, gameId, sessionId, roundId }
}

function roundTakesBet(
  account: Account,
  { provider, roundId, sessionId }: Gated['bet'],
  { archive }: Context,
): Rejection | undefined {
  const key = roundKey(provider, roundId)
  const round = account.rounds.get(key)
  if (round === undefined) {
    if (closedRound(account, archive, key) === 'ended') return reject('ROUND_CLOSED', { roundId })
    return tooManyOpenRounds(account, provider)
  }
  const gameId = account.sessions.get(sessionId)?.gameId
  if (round.gameId !== gameId) return reject('ROUND_OF_ANOTHER_GAME', { gameId: round.gameId })
  if (round.bets.size < BETS_IN_ROUND_MAX) return undefined
  return reject('TOO_MANY_BETS_IN_ROUND', { limit: BETS_IN_ROUND_MAX })
}

/** Each provider has a number of its own, so that one who never ends a round stops no other. */
function tooManyOpenRounds({ rounds }: Account, provider: string): Rejection | undefined {
  if (rounds.size >= OPEN_ROUNDS_MAX)
    return reject('TOO_MANY_OPEN_ROUNDS', { limit: OPEN_ROUNDS_MAX })
  if (rounds.size < OPEN_ROUNDS_OF_PROVIDER_MAX) return undefined
  const theirs = [...rounds.values()].filter((round) => round.provider === provider)
  if (theirs.length < OPEN_ROUNDS_OF_PROVIDER_MAX) return undefined
  return reject('TOO_MANY_OPEN_ROUNDS', { limit: OPEN_ROUNDS_OF_PROVIDER_MAX })
}

function settled(bets: ReadonlyMap<string, StandingBet>): ReadonlyMap<string, StandingBet> {
  return new Map([...bets].map(([key, bet]) => [key, { minor: bet.minor, isSettled: true }]))
}

function refusedAs(
  account: Account,
  provider: string,
  roundId: string,
  { archive }: Context,
): Rejection {
  const closed = closedRound(account, archive, roundKey(provider, roundId))
  return reject(closed === 'ended' ? 'ROUND_CLOSED' : 'ROUND_NOT_FOUND', { roundId })
}
