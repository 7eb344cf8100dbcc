import { playRound } from '../play-round.ts'
import { closeSeat, openSeat, type Seat, type Stage } from '../stage.ts'

/** Ordinary play: the rounds one after the other, each at its game. */
export async function play(stage: Stage): Promise<void> {
  const seats = new Map<string, Seat>()
  for (const [nth, round] of stage.rounds.entries()) {
    const { gameId } = round
    const seat = seats.get(gameId) ?? (await openSeat(stage, round, gameId))
    seats.set(gameId, seat)
    await playRound(stage, seat, round, `r${nth}`)
  }
  for (const [gameId, seat] of seats) await closeSeat(stage, seat, gameId)
}

/** One player at two games at once: sessions, bets and wins of both run into each other. */
export async function twoGames(stage: Stage): Promise<void> {
  const { player, rounds } = stage
  await player.ensureCash(stage.id('two'), player.plan.chipMinor * 60n)
  await Promise.all(
    rounds.map(async (round, nth) => {
      const seat = await openSeat(stage, round, `game${nth}`)
      await playRound(stage, seat, round, `r${nth}`)
      await closeSeat(stage, seat, `game${nth}`)
    }),
  )
  if (rounds.length > 1) player.desk.witness('one player on two games at once')
}
