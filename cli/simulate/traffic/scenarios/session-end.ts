import { isAccepted, isRefused } from '../player.ts'
import { bet, closeSeat, endRound, openSeat, roundOf, type Stage, win } from '../stage.ts'

/** The player leaves in the middle of a round: what was won is still paid, and nothing more is staked. */
export async function afterSessionClosed(stage: Stage): Promise<void> {
  const { player, random } = stage
  const { stakes, ...table } = roundOf(stage)
  const stake = stakes[0] ?? player.plan.chipMinor
  const seat = await openSeat(stage, table)
  await player.ensureCash(stage.id('leave'), stake * 2n)
  const placed = await bet(stage, seat, 'bet', 'r0', stake)
  await closeSeat(stage, seat)
  if (!isAccepted(placed)) return

  const late = await bet(stage, seat, 'late-bet', 'r0', stake)
  if (isRefused(late, 'SESSION_NOT_OPEN')) player.desk.witness('bet after the session closed')
  const minor = stake * 2n
  const won = await win(stage, seat, 'win', { round: 'r0', minor, endsRound: false })
  if (isAccepted(won)) player.desk.witness('win after the session closed')
  // Some rounds are never ended by their provider: they stay interrupted.
  if (random.oneIn(2)) await endRound(stage, seat, 'end', 'r0')
}
