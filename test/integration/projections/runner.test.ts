import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { AccountEvent } from '../../../domain/index.ts'
import {
  type Projections,
  type Projector,
  type ProjectorStatus,
  ProjectorVersionMismatch,
  projectors,
  startProjections,
  waitForPosition,
} from '../../../projections/index.ts'
import { readCheckpoints, registerProjectors } from '../../../projections/runner/checkpoints.ts'
import { Seat } from '../../../projections/runner/seat.ts'
import { asProjected, eventsOf, projectedHistory } from '../../support/projected-events.ts'
import {
  allRows,
  appendHistory,
  createReadModels,
  newEvent,
  openReadModels,
  project,
  projected,
  silent,
  startEventStore,
} from '../../support/projecting.ts'
import { bet, deposit, openSession, registration, win } from '../../unit/domain/commands.ts'

const rounds = (count: number) =>
  eventsOf([
    registration(),
    deposit('d1', 1_000_000n),
    openSession('s1'),
    ...Array.from({ length: count }, (_, nth) => [
      bet(`b${nth}`, 10n, { round: `r${nth}` }),
      win(`w${nth}`, 9n, { round: `r${nth}`, endsRound: true }),
    ]).flat(),
  ])

function statusOf(projections: Projections, name: string): ProjectorStatus {
  const status = projections.status().find((one) => one.name === name)
  if (status === undefined) throw new Error(`no projector ${name}`)
  return status
}

const within = { timeout: 30_000, interval: 20 }

test('says where each projector stands', async () => {
  const { store } = await startEventStore()
  const models = await createReadModels()
  const last = await appendHistory(store, 'player-1', rounds(20))
  const projections = await project(models, store)
  await projected(models, last)
  await vi.waitFor(() => {
    for (const status of projections.status()) {
      expect(status).toMatchObject({ state: 'live', position: last, lagMs: 0 })
    }
  }, within)
})

test('two runners at once: each event counts once, and one of them stands by', async () => {
  const { store } = await startEventStore()
  const models = await createReadModels()
  const other = await openReadModels(models.url)
  const both = await Promise.all([project(models, store), project(other, store)])
  const players = Array.from({ length: 6 }, (_, nth) => `player-${nth}`)
  await Promise.all(players.map((playerId) => appendHistory(store, playerId, rounds(60))))
  const last = await appendHistory(store, 'the-last', rounds(1))
  await projected(models, last)
  for (const { name } of projectors) {
    const states = both.map((projections) => statusOf(projections, name).state).toSorted()
    expect(states).toEqual([expect.stringMatching(/live|catching-up/), 'standing-by'])
  }
  const rebuilt = await createReadModels()
  await project(rebuilt, store)
  await projected(rebuilt, last)
  expect(await allRows(models)).toEqual(await allRows(rebuilt))
})

test('a runner that stops is followed by the one that stood by', async () => {
  const { store } = await startEventStore()
  const models = await createReadModels()
  const first = await project(models, store)
  await projected(models, await appendHistory(store, 'player-1', rounds(3)))
  const second = await project(models, store)
  await sleep(600)
  expect(second.status().map(({ state }) => state)).toEqual(projectors.map(() => 'standing-by'))
  await first.stop()
  await projected(models, await appendHistory(store, 'player-2', rounds(3)))
  await vi.waitFor(() => {
    expect(second.status().map(({ state }) => state)).toEqual(projectors.map(() => 'live'))
  }, within)
})

test('a read model that is new catches up on a feed of its own, and then shares one', async () => {
  const { store } = await startEventStore()
  const models = await createReadModels()
  const [oldest, ...newer] = projectors
  if (oldest === undefined) throw new Error('there are projectors')
  const before = await project(models, store, { projectors: [oldest] })
  const first = await appendHistory(store, 'player-1', rounds(30))
  await waitForPosition(models.db, [oldest.name], first, 20_000)
  await before.stop()

  const subscribe = vi.spyOn(store, 'subscribeToAll')
  const projections = await project(models, store, { projectors: [oldest, ...newer] })
  const starts = () => subscribe.mock.calls.map(([{ after }]) => after)
  await vi.waitFor(() => {
    expect(starts()).toHaveLength(3)
  }, within)
  // Which of the two feeds begins first is left open; that of both comes after them.
  expect(starts().slice(0, 2)).toEqual(expect.arrayContaining([first, undefined]))
  expect(starts()[2]).toBe(first)
  const last = await appendHistory(store, 'player-2', rounds(30))
  await projected(models, last)
  await vi.waitFor(() => {
    expect(projections.status().map(({ state }) => state)).toEqual(projectors.map(() => 'live'))
  }, within)
  const rebuilt = await createReadModels()
  await project(rebuilt, store)
  await projected(rebuilt, last)
  expect(await allRows(models)).toEqual(await allRows(rebuilt))
})

test('of two that apply the same batch without a lock, one counts', async () => {
  const models = await createReadModels()
  const other = await openReadModels(models.url)
  await registerProjectors(models.db, projectors)
  const events = projectedHistory(registration(), deposit('d1', 100n), openSession('s1'))
  for (const projector of projectors) {
    const seats = [models, other].map(({ db }) => new Seat(projector, db, silent()))
    const outcomes = await Promise.allSettled(seats.map((seat) => seat.apply(events)))
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    const lost = outcomes.find((outcome) => outcome.status === 'rejected')
    expect(lost?.reason).toMatchObject({ name: 'CheckpointMoved' })
  }
  const { rows } = await sql`select count(*) as entries from ledger_entries`.execute(models.db)
  expect(rows).toEqual([{ entries: 2n }])
})

test('events that come again, alone or with new ones, are left out', async () => {
  const models = await createReadModels()
  await registerProjectors(models.db, projectors)
  const events = asProjected(rounds(5))
  for (const projector of projectors) {
    const seat = new Seat(projector, models.db, silent())
    for (const end of [4, 4, 9]) await seat.apply(events.slice(0, end))
    await seat.apply(events.slice(2))
    expect(seat.position).toBe(events.at(-1)?.position)
  }
  const once = await createReadModels()
  await registerProjectors(once.db, projectors)
  for (const projector of projectors) await new Seat(projector, once.db, silent()).apply(events)
  expect(await allRows(models)).toEqual(await allRows(once))
})

test('an event that the rows cannot hold stops its projector before it, and no other', async () => {
  const { store } = await startEventStore()
  const models = await createReadModels()
  const fine = rounds(5)
  const before = await appendHistory(store, 'player-1', fine)
  const wrong = newEvent('player-1', withWrongBalance(fine), BigInt(fine.length))
  const appended = await store.append('account-player-1', [wrong], BigInt(fine.length - 1))
  const last = await appendHistory(store, 'player-2', rounds(5))
  if (appended.status !== 'appended') throw new Error('not appended')

  const error = vi.fn<() => void>()
  const logger = Object.assign(silent(), { error })
  const projections = await project(models, store, { logger })
  await vi.waitFor(() => {
    expect(statusOf(projections, 'ledger-entries')).toMatchObject({
      state: 'stopped',
      stopped: {
        reason: expect.stringContaining('ledger_entries_balances') as string,
        position: appended.position,
        eventId: wrong.id,
      },
    })
  }, within)
  expect(error).toHaveBeenCalledOnce()

  const others = projectors.map(({ name }) => name).filter((name) => name !== 'ledger-entries')
  await waitForPosition(models.db, others, last, 20_000)
  const stopped = projectors.filter(({ name }) => name === 'ledger-entries')
  const [checkpoint] = (await readCheckpoints(models.db, stopped)).values()
  expect(checkpoint?.position).toBe(before)
  const { rows } = await sql`select max(position) as last from ledger_entries`.execute(models.db)
  expect(rows).toEqual([{ last: expect.toSatisfy((stored: bigint) => stored <= before) as bigint }])
})

test('an event that this release does not know stops all projectors before it', async () => {
  const { store } = await startEventStore()
  const models = await createReadModels()
  const before = await appendHistory(store, 'player-1', rounds(2))
  const template = newEvent('player-1', withWrongBalance(rounds(2)), 99n)
  const unknown = { ...template, type: 'PlayerDreamt' }
  await store.append('account-player-1', [unknown], 'any')
  await appendHistory(store, 'player-2', rounds(2))
  const projections = await project(models, store)
  await vi.waitFor(() => {
    for (const status of projections.status()) {
      expect(status).toMatchObject({
        state: 'stopped',
        position: before,
        stopped: { eventId: unknown.id, reason: expect.stringContaining('PlayerDreamt') as string },
      })
    }
  }, within)
})

test('a projector that fails for a passing reason goes on where it stood', async () => {
  const { store } = await startEventStore()
  const models = await createReadModels()
  const [balances] = projectors
  if (balances === undefined) throw new Error('there are projectors')
  let failures = 0
  const shaky: Projector = {
    ...balances,
    async project(tx, events) {
      await balances.project(tx, events)
      failures += 1
      if (failures <= 2) throw Object.assign(new Error('disk full'), { code: '53100' })
    },
  }
  const last = await appendHistory(store, 'player-1', rounds(3))
  const projections = await project(models, store, { projectors: [shaky] })
  await waitForPosition(models.db, ['balances'], last, 20_000)
  expect(statusOf(projections, 'balances').state).not.toBe('stopped')
  expect(failures).toBeGreaterThanOrEqual(3)
})

test('the checkpoint is never beyond what is stored', async () => {
  const { store } = await startEventStore()
  const models = await createReadModels()
  await project(models, store)
  const watched = new AbortController()
  onTestFinished(() => {
    watched.abort()
  })
  const watch = async () => {
    let samples = 0
    for (; !watched.signal.aborted; samples++) {
      const { rows } = await sql<{ checkpoint: bigint | null; stored: bigint | null }>`
        select max(position) as stored,
          (select position from projection_checkpoints where name = 'balances') as checkpoint
        from balances`.execute(models.db)
      const [row] = rows
      // One player: the balance's row is that of the last event, whatever its kind.
      expect(row?.stored ?? null).toBe(row?.checkpoint ?? null)
    }
    return samples
  }
  const watching = watch()
  const last = await appendHistory(store, 'player-1', rounds(400))
  await projected(models, last)
  watched.abort()
  expect(await watching).toBeGreaterThan(5)
})

test('rows of another version are refused at the start, loudly, also in a race', async () => {
  const { store } = await startEventStore()
  const models = await createReadModels()
  const changed = projectors.map((projector) => ({ ...projector, version: projector.version + 1 }))
  const start = (some: readonly Projector[]) =>
    startProjections({
      db: models.db,
      databaseUrl: models.url,
      eventStore: store,
      projectors: some,
      logger: silent(),
      now: () => new Date(),
    })
  const outcomes = await Promise.allSettled([start(projectors), start(changed)])
  for (const outcome of outcomes) {
    if (outcome.status === 'fulfilled') onTestFinished(() => outcome.value.stop())
  }
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
  expect(refused).toHaveLength(1)
  expect(refused[0]?.reason).toBeInstanceOf(ProjectorVersionMismatch)
  expect(String(refused[0]?.reason)).toMatch(
    /projector balances is of version \d, but its rows are/,
  )
})

/** A further deposit whose balance before does not fit its balance after. */
function withWrongBalance(events: readonly AccountEvent[]): AccountEvent {
  const deposited = events.find((event) => event.type === 'DepositSettled')
  if (deposited === undefined) throw new Error('there is a deposit')
  const { data } = deposited
  const transaction = { ...data.transaction, id: 'wrong' }
  const after = { ...data.balance.after, cash: data.balance.after.cash + 1n }
  return { ...deposited, data: { ...data, transaction, balance: { ...data.balance, after } } }
}
