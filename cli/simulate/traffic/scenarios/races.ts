import { isAccepted, isRefused } from '../player.ts'
import { bet, closeSeat, endRound, openSeat, rollBack, roundOf, type Stage, win } from '../stage.ts'
import { finishWithdrawal, requestWithdrawal } from './withdrawals.ts'

/** Requests that race for the same money or the same bet. */

/** Bets at one game or two that would each, or in twos, take all there is: no more than fit may pass. */
export async function lastMoney(stage: Stage): Promise<void> {
  const { player, random } = stage
  const seats = [await openSeat(stage, roundOf(stage), 'first')]
  if (stage.rounds.length > 1) seats.push(await openSeat(stage, roundOf(stage, 1), 'second'))
  await player.ensureCash(stage.id('last'), player.plan.chipMinor * 2n)
  const cash = await player.balance()
  const fitting = 1 + random.below(2)
  const stake = cash / BigInt(fitting)
  if (stake === 0n) return

  const racing = Array.from({ length: fitting + 1 + random.below(2) }, (_, nth) => ({
    seat: seats[nth % seats.length] ?? seats[0],
    label: `race${nth}`,
  }))
  const answers = await Promise.all(
    racing.map(async ({ seat, label }) =>
      seat === undefined ? undefined : bet(stage, seat, `${label}-bet`, label, stake),
    ),
  )
  for (const [nth, answer] of answers.entries()) {
    const { seat, label } = racing[nth] ?? {}
    if (answer === undefined || seat === undefined || label === undefined) continue
    if (isRefused(answer, 'INSUFFICIENT_FUNDS')) player.desk.witness('racing for the last money')
    if (!isAccepted(answer)) continue
    const minor = stake * 2n
    if (nth % 2 === 0)
      await win(stage, seat, `${label}-win`, { round: label, minor, endsRound: true })
    else await endRound(stage, seat, `${label}-end`, label)
  }
  for (const seat of seats) await closeSeat(stage, seat, seat.gameId)
}

/** A withdrawal of everything races a bet of everything. */
export async function withdrawalRacesBet(stage: Stage): Promise<void> {
  const { player } = stage
  const seat = await openSeat(stage, roundOf(stage))
  await player.ensureCash(stage.id('all'), player.plan.chipMinor * 2n)
  const cash = await player.balance()
  if (cash === 0n) return
  const [placed, requested] = await Promise.all([
    bet(stage, seat, 'bet', 'r0', cash),
    requestWithdrawal(stage, 'withdrawal', cash),
  ])
  if (isAccepted(placed) !== isAccepted(requested)) player.desk.witness('withdrawal racing a bet')
  if (isAccepted(placed)) {
    await win(stage, seat, 'win', { round: 'r0', minor: cash * 2n, endsRound: true })
  }
  await finishWithdrawal(stage, 'withdrawal', requested)
  await closeSeat(stage, seat)
}

/** A provider does not wait for the bet's answer: the rollback is under way at the same time. */
export async function rollbackRacesBet(stage: Stage): Promise<void> {
  const { player } = stage
  const { stakes, ...table } = roundOf(stage)
  const stake = stakes[0] ?? player.plan.chipMinor
  const seat = await openSeat(stage, table)
  await player.ensureCash(stage.id('race'), stake)
  const [, back] = await Promise.all([
    bet(stage, seat, 'bet', 'r0', stake),
    rollBack(stage, seat, 'rollback', 'bet'),
  ])
  if (isAccepted(back)) player.desk.witness('rollback racing its bet')
  await rollBack(stage, seat, 'rollback-again', 'bet')
  await closeSeat(stage, seat)
}

/** A rollback and the win of the same bet at once: the stake comes back or the win is paid, not both. */
export async function rollbackRacesWin(stage: Stage): Promise<void> {
  const { player, random } = stage
  const { stakes, ...table } = roundOf(stage, random.below(2))
  const stake = stakes[0] ?? player.plan.chipMinor
  const seat = await openSeat(stage, table)
  await player.ensureCash(stage.id('race'), stake)
  const placed = await bet(stage, seat, 'bet', 'r0', stake)
  if (!isAccepted(placed)) return
  const endsRound = random.oneIn(2)
  const [won, back] = await Promise.all([
    win(stage, seat, 'win', { round: 'r0', minor: stake * 3n, endsRound }),
    rollBack(stage, seat, 'rollback', 'bet'),
  ])
  if (isAccepted(won) !== isAccepted(back)) player.desk.witness('rollback racing the win')
  if (isAccepted(won) && !endsRound) await endRound(stage, seat, 'end', 'r0')
  await closeSeat(stage, seat)
}
