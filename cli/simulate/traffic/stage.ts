import type { Random } from '../random.ts'
import type { Answer, Party } from '../requests.ts'
import type { PlannedRound } from './plan.ts'
import { isAccepted, type Player } from './player.ts'

/** Where a scene is played: ids of its own, chance of its own, and the moves of a game. */
export interface Stage {
  readonly player: Player
  readonly rounds: readonly PlannedRound[]
  readonly random: Random
  /** An id nobody else uses; the same label is the same id. */
  readonly id: (label: string) => string
}

/** A game session that is open, as far as its provider knows. */
export interface Seat {
  readonly provider: Party
  readonly gameId: string
  readonly sessionId: string
}

/** The round of a scene; a scene has at least one. */
export function roundOf({ rounds }: Stage, nth = 0): PlannedRound {
  const round = rounds[nth % rounds.length]
  if (round === undefined) throw new RangeError('a scene without rounds')
  return round
}

export async function openSeat(
  { player, id }: Stage,
  { provider, gameId }: Pick<PlannedRound, 'provider' | 'gameId'>,
  label = 'session',
): Promise<Seat> {
  const body = { kind: 'openGameSession', gameId } as const
  const answer = await player.send(provider, id(`${label}-open`), body)
  const sessionId = isAccepted(answer) ? (answer.createdId ?? '') : ''
  return { provider, gameId, sessionId }
}

export function closeSeat({ player, id }: Stage, { provider, sessionId }: Seat, label = 'session') {
  return player.send(provider, id(`${label}-close`), { kind: 'closeGameSession', sessionId })
}

export function bet(stage: Stage, seat: Seat, label: string, round: string, minor: bigint) {
  return stage.player.send(seat.provider, stage.id(label), betOf(stage, seat, round, minor))
}

/** The body of a bet, for those who send it in ways of their own. */
export function betOf({ player, id }: Stage, { sessionId }: Seat, round: string, minor: bigint) {
  const [roundId, amount] = [roundIdOf(player, id(round)), player.money(minor)]
  return { kind: 'placeBet', sessionId, roundId, amount } as const
}

export function win(
  { player, id }: Stage,
  { provider }: Seat,
  label: string,
  { round, minor, endsRound }: { round: string; minor: bigint; endsRound: boolean },
): Promise<Answer> {
  const amount = player.money(minor)
  const roundId = roundIdOf(player, id(round))
  return player.send(provider, id(label), { kind: 'creditWin', roundId, amount, endsRound })
}

export function endRound({ player, id }: Stage, { provider }: Seat, label: string, round: string) {
  const roundId = roundIdOf(player, id(round))
  return player.send(provider, id(label), { kind: 'endRound', roundId })
}

/** Takes the bet with this label back. */
export function rollBack({ player, id }: Stage, { provider }: Seat, label: string, ofBet: string) {
  const betTransactionId = `${player.name}-${id(ofBet)}`
  return player.send(provider, id(label), { kind: 'rollbackBet', betTransactionId })
}

/** Rounds and transactions are numbered apart. */
export function roundIdOf({ name }: Player, id: string): string {
  return `${name}-${id}`
}
