import { isAccepted, isRefused } from '../player.ts'
import {
  bet,
  betOf,
  closeSeat,
  endRound,
  openSeat,
  rollBack,
  roundOf,
  type Stage,
  win,
} from '../stage.ts'

/** Bets that are taken back: while they are open, when they are settled, and before they ever came. */

export async function rollbackOfOpenBet(stage: Stage): Promise<void> {
  const { player, random, id } = stage
  const { stakes, ...table } = roundOf(stage)
  const stake = stakes[0] ?? player.plan.chipMinor
  const seat = await openSeat(stage, table)
  await player.ensureCash(stage.id('open'), stake * 2n)
  if (!isAccepted(await bet(stage, seat, 'bet', 'r0', stake))) return
  const back = await rollBack(stage, seat, 'rollback', 'bet')
  if (isAccepted(back) && back.result === 'ROLLED_BACK') {
    player.desk.witness('rollback of an open bet')
  }
  await rollbackSentAgain(stage, 'bet', seat)
  const again = await player.sendOnce(seat.provider, id('bet'), betOf(stage, seat, 'r0', stake))
  if (isRefused(again, 'BET_ROLLED_BACK')) player.desk.witness('bet sent again after its rollback')
  // The round goes on with another bet, or stays cancelled.
  if (random.oneIn(2) && isAccepted(await bet(stage, seat, 'second', 'r0', stake))) {
    await endRound(stage, seat, 'end', 'r0')
  }
  await closeSeat(stage, seat)
}

async function rollbackSentAgain(
  stage: Stage,
  ofBet: string,
  seat: Parameters<typeof rollBack>[1],
) {
  const { player, id } = stage
  const betTransactionId = `${player.name}-${id(ofBet)}`
  const body = { kind: 'rollbackBet', betTransactionId } as const
  const same = await player.sendOnce(seat.provider, id('rollback'), body)
  if (isAccepted(same) && same.replayed) {
    player.desk.witness('rollback repeated under the same id')
  }
  const other = await rollBack(stage, seat, 'rollback-2', ofBet)
  if (isAccepted(other) && !other.replayed) {
    player.desk.witness('rollback repeated under another id')
  }
}

export async function rollbackOfSettledBet(stage: Stage): Promise<void> {
  const { player, random } = stage
  const { stakes, ...table } = roundOf(stage)
  const stake = stakes[0] ?? player.plan.chipMinor
  const seat = await openSeat(stage, table)
  await player.ensureCash(stage.id('settled'), stake)
  if (!isAccepted(await bet(stage, seat, 'bet', 'r0', stake))) return
  const isWon = random.oneIn(2)
  if (isWon) await win(stage, seat, 'win', { round: 'r0', minor: stake * 2n, endsRound: false })
  else await endRound(stage, seat, 'end', 'r0')
  const back = await rollBack(stage, seat, 'rollback', 'bet')
  if (isRefused(back, 'BET_SETTLED')) player.desk.witness('rollback of a settled bet')
  if (isWon) {
    const ofWin = await rollBack(stage, seat, 'rollback-win', 'win')
    if (isRefused(ofWin, 'NOT_A_BET')) player.desk.witness('rollback of a win')
    await endRound(stage, seat, 'end', 'r0')
  }
  await closeSeat(stage, seat)
}

export async function rollbackBeforeBet(stage: Stage): Promise<void> {
  const { player } = stage
  const { stakes, ...table } = roundOf(stage)
  const stake = stakes[0] ?? player.plan.chipMinor
  const seat = await openSeat(stage, table)
  await player.ensureCash(stage.id('never'), stake)
  const back = await rollBack(stage, seat, 'rollback', 'bet')
  if (isAccepted(back) && back.result === 'TOMBSTONED') {
    player.desk.witness('rollback of a never-seen bet')
  }
  await rollbackSentAgain(stage, 'bet', seat)
  const late = await bet(stage, seat, 'bet', 'r0', stake)
  if (isRefused(late, 'BET_TOMBSTONED')) player.desk.witness('bet that comes after its rollback')
  await closeSeat(stage, seat)
}
