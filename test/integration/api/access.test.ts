import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type Answer,
  ask,
  eur,
  mutationText,
  newId,
  type Seated,
  seatPlayer,
  command,
} from './client.ts'
import { type CallerName, callers, type House, startHouse } from './house.ts'

/** Each role against each field of the schema: a field that stands in no table here fails a test. */

let house: House
let seated: Seated

beforeAll(async () => {
  house = await startHouse()
  seated = await seatPlayer(house)
})

afterAll(async () => {
  await house.stop()
})

const everybody = Object.keys(callers) as CallerName[]
const staff: readonly CallerName[] = ['operator', 'analyst', 'regulator']
const operator: readonly CallerName[] = ['operator']
const providers: readonly CallerName[] = ['acme', 'rival']

/** Who may send each mutation, and an input that is well-formed. */
const mutations: Record<string, readonly [readonly CallerName[], () => object]> = {
  registerPlayer: [
    operator,
    () => ({ idempotencyKey: newId('k'), currency: 'EUR', jurisdiction: 'MT' }),
  ],
  settleDeposit: [operator, () => ({ ...byId(), gateway: 'psp', amount: eur('1.00') })],
  requestWithdrawal: [operator, () => ({ ...byKey(), amount: eur('0.01') })],
  settleWithdrawal: [operator, () => ({ ...byId(), withdrawalId: anyUuid, gateway: 'psp' })],
  cancelWithdrawal: [
    operator,
    () => ({ ...byKey(), withdrawalId: anyUuid, reason: 'GATEWAY_FAILED' }),
  ],
  openGameSession: [providers, () => ({ ...byKey(), gameId: 'slot' })],
  closeGameSession: [['operator', ...providers], () => ({ ...byKey(), sessionId: anyUuid })],
  placeBet: [
    providers,
    () => ({ ...byId(), sessionId: anyUuid, roundId: 'r', amount: eur('1.00') }),
  ],
  creditWin: [providers, () => ({ ...byId(), roundId: 'r', amount: eur('1.00') })],
  endRound: [providers, () => ({ ...byId(), roundId: 'r' })],
  rollbackBet: [providers, () => ({ ...byId(), betTransactionId: newId('b') })],
}

const anyUuid = '6f9619ff-8b86-4d01-b42d-00cf4fc964ff'
const byId = () => ({ transactionId: newId('t'), playerId: seated.playerId })
const byKey = () => ({ idempotencyKey: newId('k'), playerId: seated.playerId })

const ofPlayer = (fields: string) =>
  `player(id: "${seated.playerId}", minPosition: "${seated.position}") { ${fields} }`

/** Who may ask for each query. */
const queries: Record<string, readonly [readonly CallerName[], () => string]> = {
  player: [everybody, () => ofPlayer('id')],
  trialBalance: [staff, () => 'trialBalance { account }'],
  projections: [staff, () => 'projections { name }'],
}

/** Who may ask for each field of a player. */
const playerFields: Record<string, readonly [readonly CallerName[], string]> = {
  id: [everybody, 'id'],
  currency: [everybody, 'currency'],
  balance: [everybody, 'balance { cash { amount } }'],
  jurisdiction: [staff, 'jurisdiction'],
  registeredAt: [staff, 'registeredAt'],
  statement: [staff, 'statement { edges { cursor } }'],
  rounds: [staff, 'rounds { edges { cursor } }'],
  round: [['acme', ...staff], 'round(provider: "acme", roundId: "r") { roundId }'],
}

const fieldsOf = async (type: string) => {
  const { data } = await ask(house, 'operator', `{ __type(name: "${type}") { fields { name } } }`)
  const found = data?.['__type'] as { fields: { name: string }[] } | undefined
  return found?.fields.map(({ name }) => name).toSorted()
}

test.each([
  ['Mutation', mutations],
  ['Query', queries],
  ['Player', playerFields],
] as const)('each field of %s has its rule here', async (type, table) => {
  expect(await fieldsOf(type)).toStrictEqual(Object.keys(table).toSorted())
})

/** Whether a field was answered, or the error code instead. */
function verdictOf({ data, errors }: Answer, field: string): string {
  if (errors === undefined && data?.[field] != null) return 'answered'
  return errors?.map(({ extensions }) => extensions.code).join() ?? 'nothing'
}

const verdictFor = (name: CallerName, allowed: readonly CallerName[]) =>
  allowed.includes(name) ? 'answered' : 'FORBIDDEN'

describe.each(everybody)('%s', (name) => {
  test.each(Object.entries(mutations))('sends %s if it may', async (field, [allowed, input]) => {
    const answer = await ask(house, name, mutationText(field), { input: input() })
    expect(verdictOf(answer, field)).toBe(verdictFor(name, allowed))
  })

  test.each(Object.entries(queries))('asks for %s if it may', async (field, [allowed, text]) => {
    const answer = await ask(house, name, `{ ${text()} }`)
    expect(verdictOf(answer, field)).toBe(verdictFor(name, allowed))
  })

  test.each(Object.entries(playerFields))(
    "asks for a player's %s if it may",
    async (_field, [allowed, text]) => {
      const answer = await ask(house, name, `{ ${ofPlayer(text)} }`)
      expect(verdictOf(answer, 'player')).toBe(verdictFor(name, allowed))
    },
  )
})

test('a provider cannot take back, win or end what another has begun', async () => {
  const { playerId, sessionId } = await seatPlayer(house)
  const bet = {
    transactionId: newId('bet'),
    playerId,
    sessionId,
    roundId: newId('r'),
    amount: eur('1.00'),
  }
  await command(house, 'acme', 'placeBet', bet)

  const rollback = { transactionId: newId('x'), playerId, betTransactionId: bet.transactionId }
  const win = { transactionId: newId('w'), playerId, roundId: bet.roundId, amount: eur('5.00') }
  const end = { transactionId: newId('e'), playerId, roundId: bet.roundId }
  expect(await command(house, 'rival', 'rollbackBet', rollback)).toMatchObject({
    result: 'TOMBSTONED',
  })
  expect(await command(house, 'rival', 'creditWin', win)).toMatchObject({ code: 'ROUND_NOT_FOUND' })
  expect(await command(house, 'rival', 'endRound', end)).toMatchObject({ code: 'ROUND_NOT_FOUND' })
})
