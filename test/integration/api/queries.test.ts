import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createApi } from '../../../api/index.ts'
import { type Answer, ask, command, eur, newId, seatPlayer } from './client.ts'
import { type House, startHouse } from './house.ts'

/** Queries over the read models: one's own writes, pages, and what they add up to. */

let house: House
let playerId: string
let roundIds: readonly string[]
let position: string

beforeAll(async () => {
  house = await startHouse()
  const seated = await seatPlayer(house)
  playerId = seated.playerId
  roundIds = Array.from({ length: 5 }, () => newId('round'))
  for (const roundId of roundIds) {
    const bet = await command(house, 'acme', 'placeBet', {
      transactionId: newId('bet'),
      playerId,
      sessionId: seated.sessionId,
      roundId,
      amount: eur('1.00'),
    })
    position = bet.position ?? ''
  }
  const [roundId] = roundIds
  const win = {
    transactionId: newId('win'),
    playerId,
    roundId,
    amount: eur('2.50'),
    endsRound: true,
  }
  position = (await command(house, 'acme', 'creditWin', win)).position ?? ''
})

afterAll(async () => {
  await house.stop()
})

interface Connection {
  readonly edges: readonly {
    readonly cursor: string
    readonly node: Readonly<Record<string, unknown>>
  }[]
  readonly pageInfo: {
    readonly hasNextPage: boolean
    readonly hasPreviousPage: boolean
    readonly startCursor: string | null
    readonly endCursor: string | null
  }
}

function askPlayer(fields: string): Promise<Answer> {
  const text = `{ player(id: "${playerId}", minPosition: "${position}") { ${fields} } }`
  return ask(house, 'operator', text)
}

const PAGE =
  'edges { cursor node { NODE } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }'

async function connection(field: string, args: string, node: string): Promise<Connection> {
  const page = PAGE.replace('NODE', node)
  const { data, errors } = await askPlayer(`${field}${args} { ${page} }`)
  expect(errors).toBeUndefined()
  const player = data?.['player'] as Readonly<Record<string, Connection>>
  const found = player[field]
  if (found === undefined) throw new Error(`no ${field}`)
  return found
}

describe('a player', () => {
  test('shows what the answer to a command has acknowledged', async () => {
    const { data } = await askPlayer(`
      id currency jurisdiction
      balance { cash { amount amountMinor currency scale } held { amount } }`)

    expect(data?.['player']).toStrictEqual({
      id: playerId,
      currency: 'EUR',
      jurisdiction: 'MT',
      balance: {
        cash: { amount: '7.50', amountMinor: '750', currency: 'EUR', scale: 2 },
        held: { amount: '0.00' },
      },
    })
  })

  test('who is unknown is null', async () => {
    const text = '{ player(id: "6f9619ff-8b86-4d01-b42d-00cf4fc964ff") { id } }'
    expect(await ask(house, 'operator', text)).toStrictEqual({
      status: 200,
      data: { player: null },
    })
  })
})

describe('minPosition', () => {
  test.each(['-1', '01', '1.0', 'x', '18446744073709551616', ''])(
    'that is no position is refused: "%s"',
    async (given) => {
      const text =
        'query ($at: Position) { player(id: "6f9619ff-8b86-4d01-b42d-00cf4fc964ff", minPosition: $at) { id } }'
      expect(await ask(house, 'operator', text, { at: given })).toMatchObject({
        errors: [{ extensions: { code: 'BAD_USER_INPUT', fields: [{ path: 'at' }] } }],
      })
    },
  )

  test('that is not reached in time may be asked for again', async () => {
    const impatient = await createApi({ ...house.options, minPositionTimeoutMs: 100 })
    const text = `{ player(id: "${playerId}", minPosition: "18446744073709551615") { id } }`

    const answer = await ask({ ...house, api: impatient }, 'operator', text)
    await impatient.close(1000)

    expect(answer.errors).toMatchObject([
      { extensions: { code: 'TRY_AGAIN', reason: 'READ_MODELS_BEHIND', retryAfterMs: 1000 } },
    ])
  })
})

describe.each([
  ['statement', 'position account amount { amount } eventType'],
  ['rounds', 'roundId staked { amount }'],
])('the pages of %s', (field, node) => {
  test('forwards are the whole, in order', async () => {
    const whole = await connection(field, '(first: 100)', node)
    const paged: Connection['edges'][number][] = []
    let after: string | null = null
    do {
      const args: string = after === null ? '(first: 2)' : `(first: 2, after: "${after}")`
      const page: Connection = await connection(field, args, node)
      expect(page.pageInfo.hasPreviousPage).toBe(after !== null)
      expect(page.pageInfo.startCursor).toBe(page.edges[0]?.cursor)
      paged.push(...page.edges)
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null
    } while (after !== null)

    expect(whole.edges.length).toBeGreaterThanOrEqual(5)
    expect(paged).toStrictEqual(whole.edges)
  })

  test('backwards are the whole, in order', async () => {
    const whole = await connection(field, '(first: 100)', node)
    const pages: Connection['edges'][] = []
    let before: string | null = null
    do {
      const args: string = before === null ? '(last: 2)' : `(last: 2, before: "${before}")`
      const page: Connection = await connection(field, args, node)
      expect(page.pageInfo.hasNextPage).toBe(before !== null)
      pages.unshift(page.edges)
      before = page.pageInfo.hasPreviousPage ? page.pageInfo.startCursor : null
    } while (before !== null)

    expect(pages.flat()).toStrictEqual(whole.edges)
  })

  test.each([
    ['(first: 101)', 'first'],
    ['(last: 101)', 'last'],
    ['(first: 0)', 'first'],
    ['(first: -1)', 'first'],
    ['(first: 1, last: 1)', 'last'],
    ['(first: 1, after: "x")', 'after'],
    [`(last: 1, before: "${'x'.repeat(5000)}")`, 'before'],
  ])('are bounded: %s', async (args, path) => {
    const { errors } = await askPlayer(`${field}${args} { edges { cursor } }`)
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', fields: [{ path }] } }])
  })
})

test('a cursor of one list is none of another', async () => {
  const rounds = await connection('rounds', '(first: 1)', 'roundId')
  const cursor = rounds.pageInfo.endCursor ?? ''

  const { errors } = await askPlayer(`statement(after: "${cursor}") { edges { cursor } }`)
  expect(errors).toMatchObject([{ extensions: { fields: [{ path: 'after' }] } }])
})

test('a statement leads from balance to balance', async () => {
  const node =
    'account amount { amountMinor } balanceBefore { amountMinor } balanceAfter { amountMinor }'
  const { edges } = await connection('statement', '(first: 100)', node)

  let cash = '0'
  for (const { node: entry } of edges) {
    expect(entry).toMatchObject({ account: 'PLAYER_CASH', balanceBefore: { amountMinor: cash } })
    cash = (entry['balanceAfter'] as { amountMinor: string }).amountMinor
  }
  expect(cash).toBe('750')
})

test('a round has its bets and wins', async () => {
  const [roundId] = roundIds
  const { data } = await askPlayer(`
    round(provider: "acme", roundId: "${roundId}") {
      roundId provider gameId status staked { amount } won { amount } betCount winCount endedAt
      transactions { edges { node { kind amount { amount } balanceAfter { amount } rolledBack } } }
    }`)

  expect(data?.['player']).toMatchObject({
    round: {
      roundId,
      provider: 'acme',
      gameId: 'slot',
      status: 'COMPLETE',
      staked: { amount: '1.00' },
      won: { amount: '2.50' },
      betCount: 1,
      winCount: 1,
      endedAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      transactions: {
        edges: [
          { node: { kind: 'BET', amount: { amount: '1.00' }, rolledBack: false } },
          { node: { kind: 'WIN', amount: { amount: '2.50' }, balanceAfter: { amount: '7.50' } } },
        ],
      },
    },
  })
})

test('a provider sees its own rounds and no others', async () => {
  const text = `{ player(id: "${playerId}", minPosition: "${position}") {
    round(provider: "acme", roundId: "${roundIds[0]}") { roundId } } }`

  expect((await ask(house, 'acme', text)).data).toStrictEqual({
    player: { round: { roundId: roundIds[0] } },
  })
  expect(await ask(house, 'rival', text)).toMatchObject({
    data: { player: { round: null } },
    errors: [{ extensions: { code: 'FORBIDDEN' } }],
  })
})

test('the trial balance sums to zero', async () => {
  const text = `{ trialBalance(minPosition: "${position}") { account balance { amountMinor currency } } }`
  const { data } = await ask(house, 'regulator', text)
  const lines = data?.['trialBalance'] as { balance: { amountMinor: string } }[]

  const sum = lines.reduce((total, { balance }) => total + BigInt(balance.amountMinor), 0n)
  expect(lines.length).toBeGreaterThan(2)
  expect(sum).toBe(0n)
})

test('projections tell how far they have come', async () => {
  const { data } = await ask(house, 'analyst', '{ projections { name state position lagMs } }')
  expect(data?.['projections']).toContainEqual(
    expect.objectContaining({ name: 'balances', state: 'LIVE' }),
  )
})
