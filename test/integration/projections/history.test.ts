/** What becomes of read models when the event store is not the one they were made of. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { connectEventStore } from '../../../infrastructure/event-store/index.ts'
import { ForeignHistory } from '../../../projections/index.ts'
import { startEventStoreNode } from '../../support/event-store-node.ts'
import { eventsOf } from '../../support/projected-events.ts'
import {
  allRows,
  appendHistory,
  createReadModels,
  project,
  projected,
  startEventStore,
} from '../../support/projecting.ts'
import { deposit, registration } from '../../unit/domain/commands.ts'

const history = eventsOf([registration(), deposit('d1', 100n), deposit('d2', 100n)])

async function readModelsOfAnEventStore() {
  const { store } = await startEventStore()
  const models = await createReadModels()
  const projections = await project(models, store)
  await projected(models, await appendHistory(store, 'player-1', history))
  return { models, projections, store }
}

test.each([
  ['that is empty', []],
  ['an older copy of which was restored', ['player-1']],
  ['of others, which is longer', ['player-2', 'player-3']],
])('an event store %s is refused at the start', async (_, players) => {
  const { models, projections } = await readModelsOfAnEventStore()
  await projections.stop()
  const before = await allRows(models)
  const { store } = await startEventStore()
  for (const player of players) {
    await appendHistory(store, player, player === 'player-1' ? history.slice(0, 2) : history)
  }

  const starting = project(models, store)
  await expect(starting).rejects.toThrow(ForeignHistory)
  await expect(starting).rejects.toThrow(
    /projector balances end with event [-0-9a-f]{36} at position \d+,.*give countroom an empty database/,
  )
  expect(await allRows(models)).toEqual(before)
})

test('the event store they were made of is taken again', async () => {
  const { models, projections, store } = await readModelsOfAnEventStore()
  await projections.stop()
  await project(models, store)
  await projected(models, await appendHistory(store, 'player-2', history))
  expect((await allRows(models))['balances']).toHaveLength(2)
})

test('an event store that comes back with another history stops all projectors, loudly', async () => {
  const db = await mkdtemp(join(tmpdir(), 'countroom-history-test-'))
  const node = await startEventStoreNode({ db })
  const store = connectEventStore({ connectionString: node.connectionString })
  onTestFinished(async () => {
    await store.close()
    await node.stop()
    await rm(db, { recursive: true, force: true })
  })
  const models = await createReadModels()
  const projections = await project(models, store)
  await projected(models, await appendHistory(store, 'player-1', history))
  const before = await allRows(models)

  await node.kill9()
  await rm(db, { recursive: true })
  await node.restart()
  await appendHistory(store, 'player-2', history)
  await appendHistory(store, 'player-3', history)
  await vi.waitFor(
    () => {
      for (const { name, state, stopped } of projections.status()) {
        expect(state).toBe('stopped')
        expect(stopped?.reason).toContain(`the rows of projector ${name} end with`)
      }
    },
    { timeout: 30_000, interval: 20 },
  )
  expect(await allRows(models)).toEqual(before)
})
