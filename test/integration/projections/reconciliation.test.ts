import { type RawBuilder, sql } from 'kysely'
import { expect, test } from 'vitest'
import { type Discrepancy, reconcile } from '../../../compliance/reconciliation/index.ts'
import { eventsOf } from '../../support/projected-events.ts'
import {
  appendHistory,
  createReadModels,
  newEvent,
  project,
  projected,
  startEventStore,
} from '../../support/projecting.ts'
import { appendRaw } from '../../support/raw-append.ts'
import { bet, deposit, openSession, registration, win } from '../../unit/domain/commands.ts'

const playerId = 'player-1'
const day = eventsOf([
  registration(),
  deposit('d1', 100n),
  openSession('s1'),
  bet('b1', 30n),
  win('w1', 20n, { endsRound: true }),
])

/** Two players' read models, up to date and no longer followed. */
async function readModelsOfADay() {
  const { node, store } = await startEventStore()
  const models = await createReadModels()
  await appendHistory(store, playerId, day)
  const last = await appendHistory(store, 'player-2', day)
  const projections = await project(models, store)
  await projected(models, last)
  await projections.stop()
  const found = async () => (await reconcile({ db: models.db, eventStore: store })).discrepancies
  /** What is found after a statement, which is undone. */
  const foundAfter = (statement: RawBuilder<unknown>) =>
    models.db
      .transaction()
      .execute(async (tx) => {
        await statement.execute(tx)
        const { discrepancies } = await reconcile({ db: tx, eventStore: store })
        throw new Undo(discrepancies)
      })
      .catch((undo: unknown) => {
        if (undo instanceof Undo) return undo.discrepancies
        throw undo
      })
  return { node, store, found, foundAfter }
}

class Undo extends Error {
  readonly discrepancies: readonly Discrepancy[]

  constructor(discrepancies: readonly Discrepancy[]) {
    super('undo')
    this.discrepancies = discrepancies
  }
}

test('nothing is found where nothing is wrong, nor where the read models are only behind', async () => {
  const { store, found } = await readModelsOfADay()
  expect(await found()).toEqual([])
  await appendHistory(store, 'player-3', day)
  const more = eventsOf([registration(), deposit('d1', 5n), deposit('d2', 7n)]).slice(2)
  await appendHistory(store, 'player-1', more, BigInt(day.length))
  expect(await found()).toEqual([])
})

test('each planted fault is found and named', async () => {
  const { foundAfter } = await readModelsOfADay()

  expect(
    await foundAfter(sql`update balances set cash = 91 where player_id = ${playerId}`),
  ).toEqual([
    { name: 'BALANCE_DIFFERS', playerId, account: 'player:cash', stored: 91n, fromEvents: 90n },
  ])
  expect(await foundAfter(sql`update balances set held = 1 where player_id = ${playerId}`)).toEqual(
    [{ name: 'BALANCE_DIFFERS', playerId, account: 'player:held', stored: 1n, fromEvents: 0n }],
  )
  // A win that counts twice in double entry: the trial balance alone would not show it.
  const doubledWin = sql`
    insert into ledger_entries
    select (jsonb_populate_record(l, '{"position": 1}')).* from ledger_entries as l
    where player_id = ${playerId} and event_type = 'WinCredited'`
  const entriesDiffer = { name: 'LEDGER_ENTRIES_DIFFER', playerId, account: 'player:cash' }
  expect(await foundAfter(doubledWin)).toEqual([
    { ...entriesDiffer, stored: 110n, fromEvents: 90n },
  ])
  const lostBet = sql`
    delete from ledger_entries where player_id = ${playerId} and event_type = 'BetPlaced'`
  expect(await foundAfter(lostBet)).toEqual([{ ...entriesDiffer, stored: 120n, fromEvents: 90n }])
  const lostHalf = sql`
    delete from ledger_entries where player_id = ${playerId} and event_type = 'BetPlaced'
    and ledger_account = 'house:gaming'`
  expect(await foundAfter(lostHalf)).toEqual([
    { name: 'TRIAL_BALANCE_NOT_ZERO', currency: 'EUR', total: -30n },
  ])
  expect(await foundAfter(sql`delete from balances where player_id = ${playerId}`)).toEqual([
    { name: 'ENTRIES_WITHOUT_ACCOUNT', playerId },
    { name: 'ACCOUNT_MISSING', playerId },
  ])
  const ahead = sql`update balances set revision = 99 where player_id = ${playerId}`
  expect(await foundAfter(ahead)).toEqual([
    { name: 'EVENTS_MISSING', playerId, storedRevision: 99n, lastRevision: BigInt(day.length - 1) },
  ])
})

test('events whose balances do not follow from each other are found', async () => {
  const { store } = await startEventStore()
  const models = await createReadModels()
  // the deposit is missing between them, so the bet begins with a balance that nothing explains
  const broken = day.filter(({ type }) => type !== 'DepositSettled')
  const last = await appendHistory(store, playerId, broken)
  await project(models, store)
  await projected(models, last)
  const { discrepancies } = await reconcile({ db: models.db, eventStore: store })
  expect(discrepancies).toEqual([
    { name: 'EVENT_BALANCES_BROKEN', playerId, revision: 2n },
    expect.objectContaining({ name: 'LEDGER_ENTRIES_DIFFER', stored: -10n, fromEvents: 90n }),
  ])
})

test('an event that cannot be understood is found, and the other accounts are checked', async () => {
  const { store, found, foundAfter } = await readModelsOfADay()
  const [registered] = day
  if (registered === undefined) throw new Error('there is a registration')
  const unknown = { ...newEvent('player-1', registered, 99n), type: 'PlayerDreamt' }
  await store.append('account-player-1', [unknown], 'any')
  expect(await found()).toEqual([])
  const pretended = sql`update balances set revision = 6, cash = cash + 1`
  expect(await foundAfter(pretended)).toEqual([
    {
      name: 'EVENT_UNREADABLE',
      playerId,
      revision: 6n,
      reason: expect.stringContaining('PlayerDreamt') as string,
    },
    expect.objectContaining({ name: 'EVENTS_MISSING', playerId: 'player-2' }),
    expect.objectContaining({ name: 'BALANCE_DIFFERS', playerId: 'player-2', stored: 91n }),
  ])
})

test('an event that is broken inside is found, and the other accounts are checked', async () => {
  const { node, foundAfter } = await readModelsOfADay()
  await appendRaw(node.port, {
    stream: 'account-player-1',
    type: 'DepositSettled',
    data: '{"amount":}',
    metadata: '{"actor":}',
  })
  const pretended = sql`update balances set revision = 6, cash = cash + 1`
  expect(await foundAfter(pretended)).toEqual([
    {
      name: 'EVENT_UNREADABLE',
      playerId,
      revision: 6n,
      reason: expect.stringContaining('not a JSON object') as string,
    },
    expect.objectContaining({ name: 'EVENTS_MISSING', playerId: 'player-2' }),
    expect.objectContaining({ name: 'BALANCE_DIFFERS', playerId: 'player-2', stored: 91n }),
  ])
})
