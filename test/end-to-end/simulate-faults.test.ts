import { randomUUID } from 'node:crypto'
import { pino } from 'pino'
import { Client } from 'pg'
import { expect, test } from 'vitest'
import { type AuditedStack, runSimulation } from '../../cli/simulate/index.ts'
import { connectEventStore } from '../../infrastructure/event-store/index.ts'

/** Faults planted in a real stack after a day without any: in the rows, and in the event store. */

test('rows and events that were tampered with are named', async () => {
  const planted: Record<string, string> = {}
  const report = await runSimulation({
    seed: 5,
    players: 5,
    rounds: 50,
    concurrency: 5,
    kill: 0,
    signal: new AbortController().signal,
    progressTo: { write: () => undefined },
    logger: pino({ level: 'silent' }),
    beforeAudit: async (stack) => {
      Object.assign(planted, await tamperWithRows(stack), await appendStranger(stack))
    },
  })
  const found = report.violationsShown.map(
    ({ invariant, evidence, subject }) => `${invariant} ${evidence}: ${subject}`,
  )
  expect(found).toContain(`3 postgres: ${planted['doubledWin']}`)
  expect(found).toContain(`3 graphql: ${planted['doubledWin']}`)
  expect(found).toContain(`5 postgres: ${planted['lostBet']}`)
  expect(found).toContain('1 postgres: balance')
  expect(found).toContain('1 graphql: balance')
  expect(found).toContain('1 reconciliation: BALANCE_DIFFERS')
  expect(found).toContain(`3 event store: ${planted['stranger']}`)
  expect(found.filter((words) => words.includes('trial balance'))).not.toHaveLength(0)
  expect(report.violations).toBeGreaterThanOrEqual(8)
  const balance = report.violationsShown.find(({ subject }) => subject === 'balance')
  expect(balance?.lastOperations.length).toBeGreaterThan(3)
})

/** A win that is entered twice, a bet that is lost, and a balance that is a unit too high. */
async function tamperWithRows({ databaseUrl }: AuditedStack) {
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const query = async (sql: string) => {
      const { rows } = await client.query<{ key: string }>(sql)
      return rows[0]?.key ?? 'nothing was changed'
    }
    const columns = 'event_id, event_type, player_id, ledger_account, currency, amount'
    const rest =
      'balance_before, balance_after, transaction_issuer, transaction_id, provider, decided_at'
    const doubledWin = await query(`
      insert into ledger_entries (position, entry_no, ${columns}, ${rest})
      select position, entry_no + 2, ${columns}, ${rest} from ledger_entries
      where event_type = 'WinCredited' and ledger_account = 'player:cash' limit 1
      returning transaction_issuer || ' ' || transaction_id as key`)
    const lostBet = await query(`
      delete from ledger_entries where position = (
        select min(position) from ledger_entries where event_type = 'BetPlaced')
      returning transaction_issuer || ' ' || transaction_id as key`)
    await query(`
      update balances set cash = cash + 1
      where player_id = (select min(player_id) from balances) returning player_id as key`)
    return { doubledWin, lostBet }
  } finally {
    await client.end()
  }
}

/** An event that follows from no request, at the end of some account. */
async function appendStranger({ eventStoreUrl }: AuditedStack) {
  const eventStore = connectEventStore({ connectionString: eventStoreUrl })
  try {
    const session = { sessionId: randomUUID(), provider: 'reels', gameId: 'three-reels' }
    const transaction = { issuer: 'provider:reels', id: 'stranger', digest: 'none' }
    for await (const { stream, metadata } of eventStore.readAll({ maxCount: 1 })) {
      const data = { transaction, ...session }
      const event = { id: randomUUID(), type: 'GameSessionOpened', metadata, data }
      await eventStore.append(stream, [event], 'any')
    }
    return { stranger: 'provider:reels stranger' }
  } finally {
    await eventStore.close()
  }
}
