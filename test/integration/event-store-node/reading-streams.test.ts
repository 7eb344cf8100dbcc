import {
  BACKWARDS,
  END,
  type EventStoreDBClient,
  FORWARDS,
  START,
  StreamDeletedError,
  StreamNotFoundError,
} from '@eventstore/db-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EventStoreNode, startEventStoreNode } from '../../support/event-store-node.ts'
import { clientOf, collect, numbered, revisions } from './client.ts'

const COUNT = 700
const all = Array.from({ length: COUNT }, (_, index) => index)
let node: EventStoreNode
let client: EventStoreDBClient

beforeAll(async () => {
  node = await startEventStoreNode()
  client = clientOf(node)
  await client.appendToStream('before', numbered(3))
  await client.appendToStream('stream', numbered(COUNT))
  await client.appendToStream('beyond', numbered(3))
})

afterAll(async () => {
  await client.dispose()
  await node.stop()
})

describe('reading a stream', () => {
  it('forwards and backwards gives every event in order', async () => {
    expect(await revisions(client.readStream('stream'))).toEqual(all)
    const options = { direction: BACKWARDS, fromRevision: END } as const
    expect(await revisions(client.readStream('stream', options))).toEqual(all.toReversed())
  })

  it('gives each event its own data', async () => {
    const events = await collect(client.readStream('stream'))
    expect(events.map(({ event }) => event?.data)).toEqual(all.map((number) => ({ number })))
  })

  it.each([
    ['from a revision', { fromRevision: 690n }, all.slice(690)],
    ['a number of events', { maxCount: 5 }, all.slice(0, 5)],
    ['more than one page', { maxCount: 300, fromRevision: 10n }, all.slice(10, 310)],
    ['just the last', { fromRevision: 699n }, [699]],
    ['past the end', { fromRevision: 700n }, []],
    ['none', { maxCount: 0 }, []],
  ] as const)('forwards: %s', async (_, options, expected) => {
    const read = client.readStream('stream', { direction: FORWARDS, ...options })
    expect(await revisions(read)).toEqual(expected)
  })

  it.each([
    ['from a revision', { fromRevision: 2n }, [2, 1, 0]],
    ['a number of events', { fromRevision: END, maxCount: 2 }, [699, 698]],
    ['from past the end', { fromRevision: 10_000n, maxCount: 2 }, [699, 698]],
    ['from the start', { fromRevision: START }, [0]],
  ] as const)('backwards: %s', async (_, options, expected) => {
    const read = client.readStream('stream', { direction: BACKWARDS, ...options })
    expect(await revisions(read)).toEqual(expected)
  })

  it('that never was is an error of its own', async () => {
    const error: unknown = await collect(client.readStream('never')).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(StreamNotFoundError)
    expect(error).toMatchObject({ streamName: 'never' })
  })

  it('that is tombstoned is an error of its own', async () => {
    await client.appendToStream('tombstoned', numbered(2))
    await client.tombstoneStream('tombstoned')
    for (const direction of [FORWARDS, BACKWARDS] as const) {
      const fromRevision = direction === FORWARDS ? START : END
      const read = client.readStream('tombstoned', { direction, fromRevision })
      const error: unknown = await collect(read).catch((e: unknown) => e)
      expect(error).toBeInstanceOf(StreamDeletedError)
      expect(error).toMatchObject({ streamName: 'tombstoned' })
    }
  })

  it('forwards from its end is refused', async () => {
    await expect(
      collect(client.readStream('stream', { direction: FORWARDS, fromRevision: END })),
    ).rejects.toThrow('forwards from its end')
  })

  it('twenty times at once gives the same to each', async () => {
    const reads = Array.from({ length: 20 }, () => revisions(client.readStream('stream')))
    for (const read of await Promise.all(reads)) expect(read).toEqual(all)
  })

  it('can be left in the middle', async () => {
    for await (const { event } of client.readStream('stream')) {
      if (event?.revision === 3n) break
    }
    expect(await revisions(client.readStream('before'))).toEqual([0, 1, 2])
  })
})
