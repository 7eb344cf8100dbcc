import { written } from '../../auditor/index.ts'
import type { Cast } from '../../cast.ts'
import type { Party, RequestBody } from '../../requests.ts'
import { isAccepted, isRefused } from '../player.ts'
import { bet, betOf, closeSeat, endRound, openSeat, roundOf, type Stage, win } from '../stage.ts'

/** Requests that are well made but have no business where they come: none may move money. */
export async function wrongPlace(stage: Stage): Promise<void> {
  const { player, id } = stage
  const { stakes, ...table } = roundOf(stage)
  const stake = stakes[0] ?? player.plan.chipMinor
  const seat = await openSeat(stage, table)
  const elsewhere = await openSeat(stage, { ...table, gameId: 'another-game' }, 'elsewhere')
  await player.ensureCash(stage.id('place'), stake * 3n)
  if (!isAccepted(await bet(stage, seat, 'bet', 'r0', stake))) return

  const refusals = [
    bet(stage, elsewhere, 'bet-elsewhere', 'r0', stake),
    win(stage, seat, 'win-of-nothing', { round: 'never', minor: stake, endsRound: true }),
    player.send(seat.provider, id('foreign'), {
      ...betOf(stage, seat, 'r1', stake),
      ...foreign(stage),
    }),
    player.send(
      otherThan(seat.provider, player.cast),
      id('taken'),
      betOf(stage, seat, 'r2', stake),
    ),
    bet(stage, seat, 'too-much', 'r3', player.cash * 4n + 1n),
  ]
  for (const answer of await Promise.all(refusals)) {
    if (answer.kind === 'refused') player.desk.witness(`out of place: ${answer.code}`)
  }
  await endRound(stage, seat, 'end', 'r0')
  const late = await bet(stage, seat, 'late', 'r0', stake)
  if (isRefused(late, 'ROUND_CLOSED')) player.desk.witness('out of place: ROUND_CLOSED')
  await closeSeat(stage, seat)
  await closeSeat(stage, elsewhere, 'elsewhere')
}

/** An amount in a currency that is not the account's. */
function foreign({ player }: Stage): Pick<RequestBody & { kind: 'placeBet' }, 'amount'> {
  return { amount: written(1n, player.plan.currency === 'JPY' ? 'KWD' : 'JPY') }
}

function otherThan({ name }: Party, { providers, site }: Cast): Party {
  return providers.find((provider) => provider.name !== name) ?? site
}
