import { fc } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { reconcile } from '../../../compliance/reconciliation/index.ts'
import { type AccountEvent, emptyArchive, fold } from '../../../domain/index.ts'
import {
  createArchiveReader,
  type ProjectedEvent,
  projectors,
  readAccount,
  readTrialBalance,
} from '../../../projections/index.ts'
import { registerProjectors } from '../../../projections/runner/checkpoints.ts'
import { Seat } from '../../../projections/runner/seat.ts'
import { ArchiveOfEvents } from '../../support/archive-of-events.ts'
import { asProjected, eventsOf, inBatches } from '../../support/projected-events.ts'
import {
  allRows,
  appendHistory,
  createReadModels,
  project,
  projected,
  type ReadModels,
  silent,
  startEventStore,
} from '../../support/projecting.ts'
import { randomPlay } from '../../unit/domain/random-play.ts'

/** Histories of so many players, the same for the same seed. */
function randomHistories(seed: number, players: number) {
  const plays = fc.sample(randomPlay, { seed, numRuns: players })
  return new Map(plays.map((commands, nth) => [`player-${seed}-${nth}`, eventsOf(commands)]))
}

/** The events of all players in one order, as subscriptions give them. */
function interleaved(histories: ReadonlyMap<string, readonly AccountEvent[]>): ProjectedEvent[] {
  const each = [...histories].map(([playerId, events]) => asProjected(events, playerId))
  const turns = Math.max(...each.map(({ length }) => length))
  return Array.from({ length: turns }, (_, turn) => each.flatMap((events) => events[turn] ?? []))
    .flat()
    .map((event, index) => Object.assign(event, { position: BigInt(100 * index + 7) }))
}

async function applyInBatches(
  { db }: ReadModels,
  events: readonly ProjectedEvent[],
  lengths: readonly number[],
): Promise<void> {
  await registerProjectors(db, projectors)
  for (const projector of projectors) {
    const seat = new Seat(projector, db, silent())
    for (const batch of inBatches(events, lengths)) await seat.apply(batch)
  }
}

test('random histories: a rebuild equals the live rows, whatever the batches were', async () => {
  const events = interleaved(randomHistories(11, 12))
  const live = await createReadModels()
  await applyInBatches(live, events, [1, 7, 2, 40, 3])
  const rebuilt = await createReadModels()
  await applyInBatches(rebuilt, events, [500])
  const rows = await allRows(live)
  expect(rows['round_transactions']?.length).toBeGreaterThan(100)
  expect(await allRows(rebuilt)).toEqual(rows)
})

test('random histories through the event store: balances are the fold, the trial balance is zero', async () => {
  const { store } = await startEventStore()
  const models = await createReadModels()
  const histories = randomHistories(12, 10)
  let last = -1n
  for (const [playerId, events] of histories) {
    if (events.length > 0) last = await appendHistory(store, playerId, events)
  }
  await project(models, store)
  await projected(models, last)

  for (const [playerId, events] of histories) {
    const { identity, balance } = fold(events)
    const { cash, held, currency, jurisdiction } = (await readAccount(models.db, playerId)) ?? none
    expect({ cash, held, currency, jurisdiction }).toEqual(
      identity ? { ...balance, ...identity } : none,
    )
  }
  const totals = new Map<string, bigint>()
  const lines = await readTrialBalance(models.db)
  for (const { currency, total } of lines) {
    totals.set(currency, (totals.get(currency) ?? 0n) + total)
  }
  expect(lines.length).toBeGreaterThan(3)
  expect([...totals.values()]).toEqual([0n])
  const report = await reconcile({ db: models.db, eventStore: store })
  expect(report.discrepancies).toEqual([])
  expect(report.events).toBe([...histories.values()].flat().length)
})

test("the archive's word is that of an account that forgets nothing, and covers what it says", async () => {
  const histories = randomHistories(13, 10)
  const models = await createReadModels()
  await applyInBatches(models, interleaved(histories), [9, 1, 30])
  const reader = createArchiveReader(models.db)
  for (const [playerId, events] of histories) {
    if (events.length === 0) continue
    const expected = new ArchiveOfEvents()
    for (const event of events) expected.record(event)
    const coveredThrough = BigInt(events.length - 1)
    const question = { ...everyKeyOf(events), coveredThrough }
    expect(await reader.find(playerId, question)).toEqual(expected.answer(question))
    const tooMuch = { ...question, coveredThrough: coveredThrough + 1n }
    expect(await reader.find(playerId, tooMuch)).toBeUndefined()
  }
  const never = { transactions: [], rounds: [], coveredThrough: 0n }
  expect(await reader.find('nobody', never)).toBeUndefined()
  const [[somebody] = ['']] = histories
  const unused = { ...never, transactions: [{ issuer: 'provider:acme', id: 'never-used' }] }
  expect(await reader.find(somebody, unused)).toEqual(emptyArchive)
})

/** What is asked of an account that is not there. */
const none = { cash: undefined, held: undefined, currency: undefined, jurisdiction: undefined }

function everyKeyOf(events: readonly AccountEvent[]) {
  const transactions = new Map<string, { issuer: string; id: string }>()
  const rounds = new Map<string, { provider: string; roundId: string }>()
  for (const { data } of events) {
    const { issuer, id } = data.transaction
    transactions.set(`${issuer} ${id}`, { issuer, id })
    if ('betTransactionId' in data) {
      const bet = { issuer, id: data.betTransactionId }
      transactions.set(`${issuer} ${bet.id}`, bet)
    }
    if (!('roundId' in data)) continue
    const { provider, roundId } = data
    rounds.set(`${provider} ${roundId}`, { provider, roundId })
  }
  return { transactions: [...transactions.values()], rounds: [...rounds.values()] }
}
