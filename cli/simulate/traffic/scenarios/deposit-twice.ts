import { GATEWAY, isAccepted, isRefused } from '../player.ts'
import type { Stage } from '../stage.ts'

/** A gateway confirms a payment twice at once, once more later, and once with another amount. */
export async function depositSentTwice({ player, id }: Stage): Promise<void> {
  const chip = player.plan.chipMinor
  const body = { kind: 'settleDeposit', gateway: GATEWAY, amount: player.money(chip * 4n) } as const
  const send = () => player.sendOnce(player.site, id('deposit'), body)
  const answers = [...(await Promise.all([send(), send()])), await send()]
  const credited = answers.filter((answer) => isAccepted(answer) && !answer.replayed)
  if (credited.length === 1) player.desk.witness('deposit sent twice with one gateway id')
  const amount = player.money(chip * 5n)
  const other = await player.sendOnce(player.site, id('deposit'), { ...body, amount })
  if (isRefused(other, 'TRANSACTION_CONFLICT')) {
    player.desk.witness('deposit with another amount under one gateway id')
  }
}
