import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { CheckpointStore } from '../../../infrastructure/event-store-node/services/persistent-subscriptions/checkpoint-store.ts'
import { Group } from '../../../infrastructure/event-store-node/services/persistent-subscriptions/group.ts'
import {
  CONFIGURATION_BYTES_MAX,
  configurationBytes,
} from '../../../infrastructure/event-store-node/services/persistent-subscriptions/configuration.ts'
import type { GroupDefinition } from '../../../infrastructure/event-store-node/services/persistent-subscriptions/group-definition.ts'
import { Subscriptions } from '../../../infrastructure/event-store-node/services/persistent-subscriptions/subscriptions.ts'
import { openStore, type Store } from '../../../infrastructure/event-store-node/storage/store.ts'
import { WriteFailedError } from '../../../infrastructure/event-store-node/storage/writer.ts'

const logger = pino({ level: 'silent' })
const DEFINITION: GroupDefinition = {
  streamName: 'stream',
  groupName: 'group',
  filter: undefined,
  startFrom: { place: 0, prepare: 0 },
  startsAfter: -1,
  settings: {
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
  },
}

let folder: string
let store: Store

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'event-store-group-writes-'))
  store = await openStore({ folder, isDurable: false, nowMs: Date.now })
})

afterEach(async () => {
  vi.restoreAllMocks()
  await store.close()
  await rm(folder, { recursive: true, force: true })
})

/** A disk is full for a moment; no real one can be made so. */
function failNextWrite(): void {
  const failure = new WriteFailedError('the disk says no')
  vi.spyOn(store.writer, 'submit').mockRejectedValueOnce(failure)
}

describe('a checkpoint that could not be written', () => {
  it('is written when it is tried again, once', async () => {
    const checkpoints = new CheckpointStore(store, logger, DEFINITION)
    failNextWrite()
    checkpoints.write(7)
    await checkpoints.settled()
    expect(checkpoints.stored).toBeUndefined()
    checkpoints.retry()
    await checkpoints.settled()
    expect(checkpoints.stored).toBe(7)
    const { lastPosition } = store.writer
    checkpoints.retry()
    await checkpoints.settled()
    expect(store.writer.lastPosition).toBe(lastPosition)
  })

  it('gives way to a later one', async () => {
    const checkpoints = new CheckpointStore(store, logger, DEFINITION)
    failNextWrite()
    checkpoints.write(7)
    checkpoints.write(9)
    checkpoints.retry()
    await checkpoints.settled()
    expect(checkpoints.stored).toBe(9)
    checkpoints.retry()
    await checkpoints.settled()
    expect(new CheckpointStore(store, logger, DEFINITION).stored).toBe(9)
  })

  it.each([
    [
      'at the next tick',
      async (group: Group) => {
        group.tick()
        await group.checkpoints.settled()
      },
    ],
    ['before the group stops', (group: Group) => group.stop({ keepsProgress: true })],
  ])('is written %s', async (_, proceed) => {
    const group = new Group(DEFINITION, { store, logger, monotonicMs: () => 0 })
    failNextWrite()
    group.checkpoints.write(3)
    await group.checkpoints.settled()
    await proceed(group)
    expect(group.checkpoints.stored).toBe(3)
    await group.stop({ keepsProgress: false })
  })
})

describe('the settings of all groups', () => {
  it('stay within a megabyte: what would exceed it is refused, and there is room again', async () => {
    const subscriptions = new Subscriptions(store, logger)
    const prefixes = Array.from({ length: 1_000 }, () => '\u0001'.repeat(4))
    const large = {
      ...DEFINITION,
      streamName: '$all',
      filter: { by: 'event-type', regex: '', prefixes },
    } as const
    const create = (index: number) =>
      subscriptions.create({ ...large, groupName: `group-${index}` }, undefined)
    const count = Math.floor(CONFIGURATION_BYTES_MAX / configurationBytes([large]))
    for (let index = 0; index < count - 1; index += 1) await create(index)
    const last = Promise.all([create(count), create(count + 1)])
    await expect(last).rejects.toThrow('the settings of all groups would exceed 1048576 bytes')
    await subscriptions.delete({ streamName: '$all', groupName: 'group-0' }, undefined)
    await create(count + 2)
    await subscriptions.stop()
  })
})
