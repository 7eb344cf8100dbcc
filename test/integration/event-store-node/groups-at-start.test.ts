import {
  type EventStoreDBClient,
  PersistentSubscriptionDroppedError,
  persistentSubscriptionToStreamSettingsFromDefaults,
} from '@eventstore/db-client'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { saveConfiguration } from '../../../infrastructure/event-store-node/services/persistent-subscriptions/configuration.ts'
import type { GroupDefinition } from '../../../infrastructure/event-store-node/services/persistent-subscriptions/group-definition.ts'
import { ANY } from '../../../infrastructure/event-store-node/storage/revision.ts'
import { openStore } from '../../../infrastructure/event-store-node/storage/store.ts'
import { type EventStoreNode, startEventStoreNode } from '../../support/event-store-node.ts'
import { clientOf, numbered } from './client.ts'

const SETTINGS = {
  resolveLinks: false,
  extraStatistics: false,
  messageTimeoutMs: 30_000,
  maxRetryCount: 10,
  checkpointAfterMs: 2_000,
  minCheckpointCount: 10,
  maxCheckpointCount: 1_000,
  maxSubscriberCount: 0,
  liveBufferSize: 500,
  readBatchSize: 20,
  historyBufferSize: 500,
  strategy: 'RoundRobin',
} as const

let db: string
let node: EventStoreNode
let client: EventStoreDBClient

beforeAll(async () => {
  db = await mkdtemp(join(tmpdir(), 'event-store-node-groups-'))
  await storeGroups()
  node = await startEventStoreNode({ db })
  client = clientOf(node)
})

afterAll(async () => {
  await client.dispose()
  await node.stop()
  await rm(db, { recursive: true, force: true })
})

/** Stores groups of which two cannot be read: what they are on is deleted, or not understood. */
async function storeGroups(): Promise<void> {
  const store = await openStore({ folder: db, isDurable: false, nowMs: Date.now })
  const [expectedRevision, sizeBytes] = [ANY, 1]
  const gone = { streamName: 'gone', expectedRevision, events: [], sizeBytes }
  const outcome = await store.writer.submit({ kind: 'tombstone', ...gone })
  expect(outcome.kind).toBe('written')
  const filter = { by: 'event-type', regex: '(a)\\1', prefixes: [] } as const
  const groups = [
    groupOf('gone', 'lone \ud800'),
    { ...groupOf('$all', 'back'), filter },
    groupOf('there', 'good'),
  ]
  await saveConfiguration(store, groups, 'admin')
  await store.close()
}

function groupOf(streamName: string, groupName: string): GroupDefinition {
  const startFrom = { place: 0, prepare: 0 }
  return {
    streamName,
    groupName,
    startFrom,
    startsAfter: -1,
    filter: undefined,
    settings: SETTINGS,
  }
}

describe('a stored group that cannot be read', () => {
  it('is told in the log, and leaves the node and the other groups alone', async () => {
    await client.appendToStream('there', numbered(1))
    const subscription = client.subscribeToPersistentSubscriptionToStream('there', 'good')
    await once(subscription, 'data')
    await subscription.unsubscribe()
    const groups = await client.listAllPersistentSubscriptions()
    expect(groups.map(({ groupName }) => groupName)).toHaveLength(3)
    expect(node.log.match(/the group cannot read on/g)).toHaveLength(2)
  })

  it('drops who connects, and is deleted like any other', async () => {
    const subscription = client.subscribeToPersistentSubscriptionToAll('back')
    const [error] = await once(subscription, 'error').catch((reason: unknown) => [reason])
    expect(error).toBeInstanceOf(PersistentSubscriptionDroppedError)
    const settings = persistentSubscriptionToStreamSettingsFromDefaults()
    await client.createPersistentSubscriptionToStream('there', 'another', settings)
    await client.deletePersistentSubscriptionToAll('back')
    expect(await client.listAllPersistentSubscriptions()).toHaveLength(3)
  })
})
