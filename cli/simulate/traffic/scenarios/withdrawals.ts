import type { Answer } from '../../requests.ts'
import { GATEWAY, isAccepted, isRefused } from '../player.ts'
import type { Stage } from '../stage.ts'

/** Money on its way out: asked for, paid out or given back, and back and forth once too often. */
export async function withdrawals(stage: Stage): Promise<void> {
  const { player } = stage
  const part = player.plan.chipMinor * 3n
  await player.ensureCash(stage.id('out'), part * 3n)
  for (const label of ['first', 'second']) {
    const requested = await requestWithdrawal(stage, label, part)
    await finishWithdrawal(stage, label, requested)
  }
  await requestWithdrawal(stage, 'too-much', player.cash + 1n)
}

export function requestWithdrawal({ player, id }: Stage, label: string, minor: bigint) {
  const amount = player.money(minor)
  return player.send(player.site, id(`${label}-request`), { kind: 'requestWithdrawal', amount })
}

/** Pays a withdrawal out, or has it cancelled: by the player where the market lets players. */
export async function finishWithdrawal(stage: Stage, label: string, requested: Answer) {
  const { player, random, id } = stage
  const withdrawalId = isAccepted(requested) ? requested.createdId : undefined
  if (withdrawalId === undefined) return
  const settling = { kind: 'settleWithdrawal', withdrawalId, gateway: GATEWAY } as const
  if (random.oneIn(2)) {
    const settled = await player.send(player.site, id(`${label}-settle`), settling)
    if (isAccepted(settled)) player.desk.witness('withdrawal settled')
    return
  }
  const byPlayer = { kind: 'cancelWithdrawal', withdrawalId, reason: 'PLAYER_REQUEST' } as const
  const cancelled = await player.send(player.site, id(`${label}-cancel`), byPlayer)
  if (isAccepted(cancelled)) player.desk.witness('withdrawal cancelled by the player')
  if (isRefused(cancelled, 'WITHDRAWAL_NOT_CANCELLABLE')) {
    player.desk.witness('withdrawal that the market forbids to cancel')
    const reason = 'OPERATOR_DECISION'
    await player.send(player.site, id(`${label}-stop`), { ...byPlayer, reason })
  }
  const late = await player.send(player.site, id(`${label}-settle`), settling)
  if (isRefused(late, 'WITHDRAWAL_NOT_PENDING')) {
    player.desk.witness('withdrawal settled after it was cancelled')
  }
}
