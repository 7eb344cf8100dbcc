import { expect, test, vi } from 'vitest'
import {
  PositionNotReached,
  projectors,
  readAccount,
  waitForPosition,
} from '../../../projections/index.ts'
import { registerProjectors } from '../../../projections/runner/checkpoints.ts'
import { eventsOf } from '../../support/projected-events.ts'
import {
  appendHistory,
  createReadModels,
  project,
  startEventStore,
} from '../../support/projecting.ts'
import { deposit, registration } from '../../unit/domain/commands.ts'

test('who waits for the position of a write reads it, while others write too', async () => {
  const { store } = await startEventStore()
  const models = await createReadModels()
  await project(models, store)
  const players = Array.from({ length: 20 }, (_, nth) => `player-${nth}`)
  await Promise.all(
    players.map(async (playerId, nth) => {
      const events = eventsOf([registration(), deposit('d1', BigInt(nth + 1))])
      const position = await appendHistory(store, playerId, events)
      await waitForPosition(models.db, ['balances'], position, 20_000)
      expect(await readAccount(models.db, playerId)).toMatchObject({ cash: BigInt(nth + 1) })
    }),
  )
})

test('a position beyond all events, and an unknown projector, are waited for in vain', async () => {
  const { db } = await createReadModels()
  await registerProjectors(db, projectors)
  await expect(waitForPosition(db, ['balances'], 0n, 60)).rejects.toThrow(PositionNotReached)
  await expect(waitForPosition(db, ['no-such'], 0n, 60)).rejects.toThrow('position 0 in 60 ms')
  await expect(waitForPosition(db, [], 2n ** 70n, 60)).resolves.toBeUndefined()
})

test('however many wait, one query at a time looks after all', async () => {
  const { db } = await createReadModels()
  await registerProjectors(db, projectors)
  const select = vi.spyOn(db, 'selectFrom')
  const waiting = Array.from({ length: 500 }, () => waitForPosition(db, ['balances'], 1n, 400))
  const outcomes = await Promise.allSettled(waiting)
  expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true)
  expect(select.mock.calls.length).toBeLessThan(60)
})
