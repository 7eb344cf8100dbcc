import type { Party, RequestBody } from '../../requests.ts'
import type { Spoiled } from '../desk.ts'
import { NOBODYS_ID } from '../fates.ts'
import { GATEWAY } from '../player.ts'
import type { Stage } from '../stage.ts'

/** Requests that are at fault themselves: each must be refused as such, and leave nothing behind. */
export async function badInput(stage: Stage): Promise<void> {
  const { player, random } = stage
  const body = deposit(stage)
  const badAmounts = ['-1.00', '0', '1e3', ' 5', '0.1234567890123456789', '9'.repeat(40), '1,5', '']
  const amount = { amount: random.pick(badAmounts), currency: player.plan.currency }
  const bad = (spoiled: Record<string, unknown>, label: string) =>
    refuse(stage, label, { expected: 'BAD_USER_INPUT', input: { ...inputOf(stage), ...spoiled } })

  await bad({ amount }, 'amount')
  await bad({ amount: { ...body.amount, currency: 'XXX' } }, 'currency')
  await bad({ playerId: 'not-a-uuid' }, 'player')
  await bad({ transactionId: 'x'.repeat(100_000) }, 'long')
  await bad({ surprise: true }, 'surprise')
  await refuse(stage, 'token', { expected: 'UNAUTHENTICATED', token: 'not-a-token' })

  const [provider] = player.cast.providers
  await refuse(stage, 'role', { expected: 'FORBIDDEN' }, provider)
  await unknownPlayer(stage)
}

function deposit({ player }: Stage): RequestBody & { kind: 'settleDeposit' } {
  return { kind: 'settleDeposit', gateway: GATEWAY, amount: player.money(player.plan.chipMinor) }
}

function inputOf(stage: Stage): Record<string, unknown> {
  const { player, id } = stage
  const { gateway, amount } = deposit(stage)
  const { playerId } = player
  return { transactionId: id('spoiled'), playerId, gateway, amount }
}

async function refuse(
  stage: Stage,
  label: string,
  spoiled: Spoiled,
  by: Party = stage.player.site,
): Promise<void> {
  const { player, id } = stage
  const answer = await player.sendOnce(by, id(label), deposit(stage), spoiled)
  if (answer.kind === 'invalid') player.desk.witness(`bad input: ${answer.code}`)
}

/** Nobody is registered under this id, and nobody is afterwards. */
async function unknownPlayer(stage: Stage): Promise<void> {
  const { player, id } = stage
  const request = player.request(player.site, id('nobody'), deposit(stage))
  const nobody = { ...request, playerId: NOBODYS_ID }
  const answer = await player.desk.sendOnce(`${player.name}-nobody`, nobody)
  if (answer.kind === 'refused') player.desk.witness(`out of place: ${answer.code}`)
}
