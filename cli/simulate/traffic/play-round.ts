import type { Answer } from '../requests.ts'
import type { PlannedRound } from './plan.ts'
import { isAccepted } from './player.ts'
import { bet, endRound, rollBack, type Seat, type Stage, win } from './stage.ts'

/**
 * Plays a round as its provider runs it: bets, then what they won, then the end. A round of which a
 * bet was refused is called off, its other bets are rolled back.
 */
export async function playRound(
  stage: Stage,
  seat: Seat,
  round: PlannedRound,
  label: string,
): Promise<void> {
  const { player, random } = stage
  const total = round.stakes.reduce((sum, stake) => sum + stake, 0n)
  // Now and then a player tries a stake that is not there.
  if (!random.oneIn(25)) await player.ensureCash(stage.id(label), total)
  const atOnce = random.oneIn(3)
  const answers = await placeBets(stage, seat, round, { label, atOnce })
  if (answers.every(isAccepted)) await settle(stage, seat, round, label)
  else await callOff(stage, seat, answers, label)
}

async function placeBets(
  stage: Stage,
  seat: Seat,
  { stakes }: PlannedRound,
  { label, atOnce }: { readonly label: string; readonly atOnce: boolean },
): Promise<readonly Answer[]> {
  const place = (stake: bigint, nth: number) => bet(stage, seat, betLabel(label, nth), label, stake)
  if (atOnce) return Promise.all(stakes.map(place))
  const answers: Answer[] = []
  for (const [nth, stake] of stakes.entries()) answers.push(await place(stake, nth))
  return answers
}

async function settle(stage: Stage, seat: Seat, { payouts }: PlannedRound, label: string) {
  const endsWithWin = payouts.length > 0 && stage.random.oneIn(2)
  for (const [nth, minor] of payouts.entries()) {
    const endsRound = endsWithWin && nth === payouts.length - 1
    await win(stage, seat, `${label}-win${nth}`, { round: label, minor, endsRound })
  }
  if (!endsWithWin) await endRound(stage, seat, `${label}-end`, label)
}

async function callOff(stage: Stage, seat: Seat, answers: readonly Answer[], label: string) {
  for (const [nth, answer] of answers.entries()) {
    if (!isAccepted(answer)) continue
    await rollBack(stage, seat, `${label}-rollback${nth}`, betLabel(label, nth))
  }
}

function betLabel(label: string, nth: number): string {
  return `${label}-bet${nth}`
}
