import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createApi } from '../../../api/index.ts'
import { jurisdictions } from '../../../compliance/jurisdictions/index.ts'
import { emptyArchive } from '../../../domain/index.ts'
import { createLedger, type LedgerBounds } from '../../../ledger/index.ts'
import { type Answer, ask, eur, mutationText, newId, type Seated, seatPlayer } from './client.ts'
import { type House, startHouse } from './house.ts'

/** What callers learn when something is wrong on this side. */

let house: House
let seated: Seated

beforeAll(async () => {
  house = await startHouse()
  seated = await seatPlayer(house)
})

afterAll(async () => {
  await house.stop()
})

const readPlayer = () => `{ player(id: "${seated.playerId}") { id } }`

test('a failure goes out as an id, and its cause into the log', async () => {
  await sql`alter table balances rename to balances_gone`.execute(house.database.db)
  const answer = await ask(house, 'operator', readPlayer())
  await sql`alter table balances_gone rename to balances`.execute(house.database.db)

  const [error] = answer.errors ?? []
  const errorId = error?.extensions.errorId ?? ''
  expect(error?.extensions.code).toBe('INTERNAL_SERVER_ERROR')
  expect(error?.path).toStrictEqual(['player'])
  expect(errorId).toMatch(/^[0-9a-f-]{36}$/)
  expect(JSON.stringify(answer)).not.toMatch(/balances|relation|select|stack|\.ts/)
  const line = house.log.find((logged) => logged.includes(errorId))
  expect(line).toContain('relation \\"balances\\" does not exist')
})

test('a failure of one command leaves the outcome of the one beside it', async () => {
  const text = `mutation ($input: SettleDepositInput!, $bad: SettleDepositInput!) {
    good: settleDeposit(input: $input) { __typename }
    bad: settleDeposit(input: $bad) { __typename }
  }`
  const input = {
    transactionId: newId('d'),
    playerId: seated.playerId,
    gateway: 'psp',
    amount: eur('1.00'),
  }

  const answer = await ask(house, 'operator', text, { input, bad: { ...input, amount: eur('0') } })

  expect(answer.data).toStrictEqual({ good: { __typename: 'DepositSettled' }, bad: null })
  expect(answer.errors).toMatchObject([{ path: ['bad'] }])
})

describe('a ledger that cannot decide now', () => {
  async function askWith(bounds: Partial<LedgerBounds>, closed: boolean): Promise<Answer> {
    const ledger = createLedger({
      eventStore: house.eventStore,
      archive: { find: () => Promise.resolve(emptyArchive) },
      rules: jurisdictions,
      now: () => new Date(),
      bounds,
    })
    if (closed) await ledger.close(0)
    const api = await createApi({ ...house.options, ledger })
    const input = {
      transactionId: newId('d'),
      playerId: seated.playerId,
      gateway: 'psp',
      amount: eur('1.00'),
    }
    const answer = await ask({ ...house, api }, 'operator', mutationText('settleDeposit'), {
      input,
    })
    await api.close(1000)
    await ledger.close(1000)
    return answer
  }

  test('says when to come again while too many wait', async () => {
    expect(await askWith({ waitingMax: 0 }, false)).toMatchObject({
      data: { settleDeposit: null },
      errors: [
        {
          extensions: {
            code: 'RATE_LIMITED',
            reason: 'BUSY',
            retryAfterMs: expect.any(Number) as number,
          },
        },
      ],
    })
  })

  test('says so while it stops', async () => {
    expect(await askWith({}, true)).toMatchObject({
      errors: [{ extensions: { code: 'TRY_AGAIN', reason: 'STOPPING' } }],
    })
  })
})

describe('the end', () => {
  test('a stopped API takes no more requests, and those under way get their answers', async () => {
    const api = await createApi({ ...house.options, minPositionTimeoutMs: 500 })
    const waiting = `{ player(id: "${seated.playerId}", minPosition: "18446744073709551615") { id } }`
    const underWay = ask({ ...house, api }, 'operator', waiting)
    await new Promise((resolve) => setTimeout(resolve, 100))

    const startedAt = performance.now()

    const closed = api.close(5000)

    expect(await underWay).toMatchObject({ errors: [{ extensions: { code: 'TRY_AGAIN' } }] })
    await closed
    expect(performance.now() - startedAt).toBeLessThan(2500)
    await expect(ask({ ...house, api }, 'operator', waiting)).rejects.toThrow('fetch failed')
  })

  test('a request that takes longer than the grace is cut off', async () => {
    const api = await createApi({ ...house.options, minPositionTimeoutMs: 3000 })
    const waiting = `{ player(id: "${seated.playerId}", minPosition: "18446744073709551615") { id } }`
    const underWay = ask({ ...house, api }, 'operator', waiting).catch((error: unknown) => error)
    await new Promise((resolve) => setTimeout(resolve, 100))
    const startedAt = performance.now()

    await api.close(100)

    expect(performance.now() - startedAt).toBeLessThan(1500)
    expect(await underWay).toBeInstanceOf(Error)
  })

  test('a port that is taken is an error', async () => {
    const port = Number(new URL(house.api.url).port)
    await expect(createApi({ ...house.options, port })).rejects.toThrow('EADDRINUSE')
  })
})
