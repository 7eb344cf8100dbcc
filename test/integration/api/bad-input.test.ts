import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ask, eur, mutationText, newId, type Seated, seatPlayer } from './client.ts'
import { eventCount } from './events.ts'
import { type House, startHouse } from './house.ts'

/** Input that cannot be meant: the error names the field and the rule, and nothing is changed. */

let house: House
let seated: Seated
let eventsBefore: number

beforeAll(async () => {
  house = await startHouse()
  seated = await seatPlayer(house)
})

afterAll(async () => {
  await house.stop()
})

beforeEach(async () => {
  eventsBefore = await eventCount(house)
})

function bet(changed: Readonly<Record<string, unknown>>) {
  const { playerId, sessionId } = seated
  const roundId = newId('round')
  const amount = eur('1.00')
  return { transactionId: newId('bet'), playerId, sessionId, roundId, amount, ...changed }
}

const huge = 'x'.repeat(50_000)

const cases: readonly (readonly [string, Readonly<Record<string, unknown>>, string, RegExp])[] = [
  [
    'an unknown currency',
    { amount: { amount: '1.00', currency: 'XXX' } },
    'input.amount.currency',
    /currency/,
  ],
  [
    'too much precision',
    { amount: eur('1.001') },
    'input.amount.amount',
    /at most 2 decimals in EUR/,
  ],
  ['a negative amount', { amount: eur('-1.00') }, 'input.amount.amount', /decimal number/],
  ['a zero amount', { amount: eur('0.00') }, 'input.amount.amount', /greater than zero/],
  ['an amount with an exponent', { amount: eur('1e3') }, 'input.amount.amount', /decimal number/],
  [
    'an amount beyond all limits',
    { amount: eur('9'.repeat(28)) },
    'input.amount.amount',
    /too large/,
  ],
  ['an empty amount', { amount: eur('') }, 'input.amount.amount', /decimal number/],
  [
    'an amount that is a JSON number',
    { amount: { amount: 1.5, currency: 'EUR' } },
    'input.amount.amount',
    /string such as "10.50"/,
  ],
  [
    'an amount that is null',
    { amount: { amount: null, currency: 'EUR' } },
    'input.amount.amount',
    /null/,
  ],
  ['an amount without currency', { amount: { amount: '1.00' } }, 'input.amount', /currency/],
  ['a huge amount', { amount: eur('1'.repeat(50_000)) }, 'input.amount.amount', /48 characters/],
  [
    'a huge currency',
    { amount: { amount: '1.00', currency: huge } },
    'input.amount.currency',
    /8 characters/,
  ],
  ['a huge transaction id', { transactionId: huge }, 'input.transactionId', /128 visible ASCII/],
  ['an empty transaction id', { transactionId: '' }, 'input.transactionId', /128 visible ASCII/],
  ['a transaction id of other letters', { transactionId: 'bet–1' }, 'input.transactionId', /ASCII/],
  [
    'a transaction id that JSON has rounded',
    { transactionId: 2 ** 63 },
    'input.transactionId',
    /string/,
  ],
  [
    'a transaction id that is a list',
    { transactionId: ['a', 'b'] },
    'input.transactionId',
    /ID cannot/,
  ],
  ['a player id that is no UUID', { playerId: 'player 1' }, 'input.playerId', /UUID/],
  ['a session id that is no UUID', { sessionId: huge }, 'input.sessionId', /UUID/],
  ['a huge round id', { roundId: huge }, 'input.roundId', /ASCII/],
  ['a field that is not there', { [huge]: 1 }, 'input', /not defined/],
  ['no amount at all', { amount: undefined }, 'input', /amount/],
]

test.each(cases)('%s', async (_name, changed, path, rule) => {
  const answer = await ask(house, 'acme', mutationText('placeBet'), { input: bet(changed) })

  expect(answer.data?.['placeBet']).toBeFalsy()
  expect(answer.errors).toMatchObject([
    {
      message: expect.stringMatching(rule) as string,
      extensions: {
        code: 'BAD_USER_INPUT',
        fields: [
          {
            path,
            rule: expect.stringMatching(rule) as string,
            received: expect.stringMatching(/./) as string,
          },
        ],
      },
    },
  ])
  expect(JSON.stringify(answer).length).toBeLessThan(2000)
  expect(await eventCount(house)).toBe(eventsBefore)
})

test('every field at fault is named at once', async () => {
  const input = bet({ playerId: 'p', sessionId: 's', amount: eur('0.001') })

  const { errors } = await ask(house, 'acme', mutationText('placeBet'), { input })

  expect(errors?.[0]?.extensions.fields?.map(({ path }) => path)).toStrictEqual([
    'input.playerId',
    'input.sessionId',
    'input.amount.amount',
  ])
})

describe('literals in the text', () => {
  const text = (amount: string) => `mutation {
    placeBet(input: {
      transactionId: "t", playerId: "${seated.playerId}", sessionId: "${seated.sessionId}"
      roundId: "r", amount: { amount: ${amount}, currency: "EUR" }
    }) { __typename }
  }`

  test.each(['1.5', '1', 'true', 'null', 'EUR', '["1"]'])('an amount of %s', async (amount) => {
    const { errors, data } = await ask(house, 'acme', text(amount))

    expect(data).toBeUndefined()
    expect(errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', fields: [{ path: 'input.amount.amount' }] } },
    ])
    expect(await eventCount(house)).toBe(eventsBefore)
  })

  test('a huge name is not echoed', async () => {
    const { errors } = await ask(house, 'acme', `{ ${huge} }`)

    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
    expect(JSON.stringify(errors).length).toBeLessThan(1000)
  })
})

describe('other commands', () => {
  const inputs: readonly (readonly [string, Readonly<Record<string, unknown>>, string])[] = [
    [
      'registerPlayer',
      { idempotencyKey: 'k', currency: 'EURO', jurisdiction: 'MT' },
      'input.currency',
    ],
    [
      'registerPlayer',
      { idempotencyKey: 'k', currency: 'EUR', jurisdiction: 'XX' },
      'input.jurisdiction',
    ],
    [
      'settleDeposit',
      { transactionId: 't', playerId: '', gateway: 'PSP one', amount: eur('1.00') },
      'input.playerId',
    ],
    [
      'requestWithdrawal',
      { idempotencyKey: 'k', playerId: '', amount: eur('1.00') },
      'input.playerId',
    ],
  ]

  test.each(inputs)('%s', async (name, input, path) => {
    const { errors } = await ask(house, 'operator', mutationText(name), { input })

    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' })
    expect(errors?.[0]?.extensions.fields?.map((field) => field.path)).toContain(path)
    expect(await eventCount(house)).toBe(eventsBefore)
  })
})
