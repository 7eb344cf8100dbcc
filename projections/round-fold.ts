import type { AccountEvent } from '../domain/index.ts'
import { ImpossibleEvent, type ProjectedEvent } from './projector.ts'
import type { RoundRow } from './schema.ts'

/** A round's row, with times as text so that none of their digits is lost on the way. */
export type Round = Omit<RoundRow, 'started_at' | 'last_at' | 'ended_at'> & {
  readonly started_at: string
  readonly last_at: string
  readonly ended_at: string | null
}

type DataOf<Type extends AccountEvent['type']> = Extract<AccountEvent, { type: Type }>['data']

/** The round an event belongs to; undefined when it belongs to none. */
export function roundOf({ playerId, event }: ProjectedEvent): RoundPlace | undefined {
  if (!('roundId' in event.data)) return undefined
  const { provider, roundId } = event.data
  return { player_id: playerId, provider, round_id: roundId }
}

/** What names a round. */
export type RoundPlace = Pick<Round, 'player_id' | 'provider' | 'round_id'>

/**
 * Folds an event into its round. The rules are those of the domain: a round without a bet that stands
 * is cancelled until a further bet opens it again, and an ended one stays ended.
 *
 * @throws ImpossibleEvent when the round cannot have such an event
 */
export function foldRound(round: Round | undefined, projected: ProjectedEvent): Round {
  const { event, metadata, revision, position } = projected
  const last_at = metadata.decidedAt
  const touched = { last_at, last_revision: revision, last_position: position }
  if (event.type === 'BetPlaced') {
    return { ...withBet(round ?? newRound(projected, event.data), event.data), ...touched }
  }
  if (round === undefined) throw new ImpossibleEvent(`${event.type} in a round without a bet`)
  switch (event.type) {
    case 'WinCredited':
      return { ...withWin(round, event.data), ...touched }
    case 'BetRolledBack':
      return { ...withoutBet(round, event.data, last_at), ...touched }
    case 'RoundInterrupted':
      return { ...round, ...touched, status: 'interrupted' }
    case 'RoundEnded':
      return { ...round, ...touched, status: 'complete', ended: true, ended_at: last_at }
    default:
      throw new ImpossibleEvent(`${event.type} is no event of a round`)
  }
}

function newRound(projected: ProjectedEvent, data: DataOf<'BetPlaced'>): Round {
  const { playerId, metadata, revision, position } = projected
  return {
    player_id: playerId,
    provider: data.provider,
    round_id: data.roundId,
    game_id: data.gameId,
    session_id: data.sessionId,
    status: 'in progress',
    ended: false,
    currency: data.amount.currency,
    staked: 0n,
    won: 0n,
    balance_at_start: data.balance.before.cash,
    balance_at_end: data.balance.before.cash,
    bet_count: 0,
    win_count: 0,
    started_at: metadata.decidedAt,
    last_at: metadata.decidedAt,
    ended_at: null,
    first_position: position,
    last_revision: revision,
    last_position: position,
  }
}

function withBet(round: Round, { gameId, sessionId, amount, balance }: DataOf<'BetPlaced'>): Round {
  if (round.ended) throw new ImpossibleEvent('a bet in a round that has ended')
  return {
    ...round,
    game_id: gameId,
    session_id: sessionId,
    status: 'in progress',
    staked: round.staked + amount.minor,
    bet_count: round.bet_count + 1,
    balance_at_end: balance.after.cash,
    ended_at: null,
  }
}

function withWin(round: Round, { amount, balance }: DataOf<'WinCredited'>): Round {
  return {
    ...round,
    won: round.won + amount.minor,
    win_count: round.win_count + 1,
    balance_at_end: balance.after.cash,
  }
}

function withoutBet(
  round: Round,
  { amount, balance }: DataOf<'BetRolledBack'>,
  decidedAt: string,
): Round {
  const rest: Round = {
    ...round,
    staked: round.staked - amount.minor,
    bet_count: round.bet_count - 1,
    balance_at_end: balance.after.cash,
  }
  return rest.bet_count > 0 ? rest : { ...rest, status: 'cancelled', ended_at: decidedAt }
}
