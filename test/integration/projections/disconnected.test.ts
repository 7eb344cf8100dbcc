/** What projectors say, and do, while the database or the event store is out of reach. */
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client'
import { expect, onTestFinished, test, vi } from 'vitest'
import { showsThePresent } from '../../../api/readiness.ts'
import { connectEventStore, type EventStore } from '../../../infrastructure/event-store/index.ts'
import { type Projections, type ProjectorState, projectors } from '../../../projections/index.ts'
import { eventsOf } from '../../support/projected-events.ts'
import {
  appendHistory,
  createReadModels,
  project,
  projected,
  silent,
  startEventStore,
} from '../../support/projecting.ts'
import { appendRaw } from '../../support/raw-append.ts'
import { deposit, registration } from '../../unit/domain/commands.ts'
import { startFreezingProxy } from '../event-store/freezing-proxy.ts'
import {
  caughtUp,
  confirmation,
  type Script,
  startScriptedServer,
} from '../event-store/scripted-server.ts'

const history = eventsOf([registration(), deposit('d1', 100n)])

async function until(projections: Projections, state: ProjectorState): Promise<void> {
  await vi.waitFor(
    () => {
      expect(projections.status().map((one) => one.state)).toEqual(projectors.map(() => state))
    },
    { timeout: 30_000, interval: 10 },
  )
}

test('without the event store they do not show the present, and their lag grows', async () => {
  const { node, store } = await startEventStore()
  const models = await createReadModels()
  const projections = await project(models, store)
  await projected(models, await appendHistory(store, 'player-1', history))
  await until(projections, 'live')
  expect(showsThePresent(projections)).toBe(true)

  await node.kill9()
  await until(projections, 'disconnected')
  expect(showsThePresent(projections)).toBe(false)
  const lag = () => projections.status()[0]?.lagMs ?? -1
  const before = lag()
  await vi.waitFor(() => {
    expect(lag()).toBeGreaterThan(before + 1_500)
  }, 10_000)

  await node.restart()
  await until(projections, 'live')
  expect(showsThePresent(projections)).toBe(true)
  await projected(models, await appendHistory(store, 'player-2', history))
})

test('without a connection for their locks they do not take it that others run them', async () => {
  const { store } = await startEventStore()
  const models = await createReadModels()
  const url = new URL(models.url)
  const proxy = await startFreezingProxy(Number(url.port))
  onTestFinished(() => {
    proxy.stop()
  })
  url.port = String(proxy.port)
  const projections = await project(models, store, { databaseUrl: url.href })
  await until(projections, 'live')
  proxy.stop()
  await until(projections, 'disconnected')
  expect(showsThePresent(projections)).toBe(false)
})

async function storeOf(script: Script): Promise<EventStore> {
  const server = await startScriptedServer(script)
  const store = connectEventStore({ connectionString: server.connectionString })
  onTestFinished(async () => {
    await store.close()
    server.stop()
  })
  return store
}

test('a refusal of the event store is told loudly, and tried again after a while', async () => {
  let isDenied = true
  let calls = 0
  const store = await storeOf({
    read: (call) => {
      calls += 1
      if (isDenied) return call.emit('error', { code: 16, details: 'who are you' })
      call.write(confirmation())
      return call.write(caughtUp())
    },
  })
  const error = vi.fn<(details: object, message: string) => void>()
  const logger = Object.assign(silent(), { error })
  const models = await createReadModels()
  const projections = await project(models, store, { logger, refusedPauseMs: 1_000 })
  await vi.waitFor(() => {
    expect(error).toHaveBeenCalledTimes(2)
  }, 10_000)
  expect(calls).toBe(2)
  expect(error.mock.calls[0]?.[1]).toContain('projectors are refused')
  expect(projections.status()[0]).toMatchObject({ state: 'disconnected' })
  expect(showsThePresent(projections)).toBe(false)
  isDenied = false
  await until(projections, 'live')
})

test('an event that is no JSON object stops all projectors before it', async () => {
  const { node, store } = await startEventStore()
  const models = await createReadModels()
  const before = await appendHistory(store, 'player-1', history)
  const client = EventStoreDBClient.connectionString(node.connectionString)
  onTestFinished(() => client.dispose())
  const event = jsonEvent({ type: 'DepositSettled', data: 'a text' })
  await client.appendToStream('account-player-1', [event])
  await appendHistory(store, 'player-2', history)
  const projections = await project(models, store)
  await until(projections, 'stopped')
  for (const status of projections.status()) {
    expect(status).toMatchObject({
      position: before,
      stopped: {
        reason: expect.stringContaining('not a JSON object') as string,
        eventId: event.id,
      },
    })
    expect(status.stopped?.position).toBeGreaterThan(before)
  }
})

test('an event that is broken inside stops all projectors at it, behind those before it', async () => {
  const { node, store } = await startEventStore()
  const models = await createReadModels()
  const before = await appendHistory(store, 'player-1', history)
  const { id, position } = await appendRaw(node.port, {
    stream: 'account-player-1',
    type: 'DepositSettled',
    data: '{"amount":}',
    metadata: '{"actor":}',
  })
  await appendHistory(store, 'player-2', history)
  const projections = await project(models, store)
  await until(projections, 'stopped')
  for (const status of projections.status()) {
    const reason = expect.stringContaining('not a JSON object') as string
    expect(status).toMatchObject({ position: before, stopped: { reason, eventId: id, position } })
  }
})
