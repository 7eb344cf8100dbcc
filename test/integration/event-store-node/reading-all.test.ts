import {
  BACKWARDS,
  END,
  type EventStoreDBClient,
  FORWARDS,
  type Position,
  type ReadAllOptions,
  START,
} from '@eventstore/db-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EventStoreNode, startEventStoreNode } from '../../support/event-store-node.ts'
import { clientOf, collect, numbered, userEvents } from './client.ts'

let node: EventStoreNode
let client: EventStoreDBClient
let first: Position
let second: Position
let positions: Position[]

beforeAll(async () => {
  node = await startEventStoreNode()
  client = clientOf(node)
  for (const stream of ['a', 'b', 'a', 'c']) await client.appendToStream(stream, numbered(150))
  await client.deleteStream('b')
  await client.tombstoneStream('c')
  positions = (await userEvents(client)).map(({ position }) => position)
  ;[first, second] = positions as [Position, Position]
})

afterAll(async () => {
  await client.dispose()
  await node.stop()
})

async function positionsOf(options: ReadAllOptions) {
  const read = await collect(client.readAll(options))
  return read.map(({ event }) => event?.position.commit)
}

describe('reading $all', () => {
  it('gives every event of every stream, deleted ones too, in the order of commit', () => {
    expect(positions).toHaveLength(600)
    expect(positions).toEqual(positions.toSorted((a, b) => (a.commit < b.commit ? -1 : 1)))
    expect(positions.every(({ commit, prepare }) => commit === prepare)).toBe(true)
  })

  it('holds system events: the first before all others, deletions after', async () => {
    const types = (await collect(client.readAll())).map(({ event }) => event?.type)
    expect(types[0]).toMatch(/^\$/)
    expect(types.slice(-2)).toEqual(['$metadata', '$streamDeleted'])
  })

  it('forwards begins with the event at the position', async () => {
    const read = await positionsOf({ direction: FORWARDS, fromPosition: second, maxCount: 2 })
    expect(read).toEqual([second.commit, positions[2]?.commit])
  })

  it('backwards begins before the event at the position', async () => {
    const read = await positionsOf({ direction: BACKWARDS, fromPosition: second, maxCount: 1 })
    expect(read).toEqual([first.commit])
  })

  it('backwards from the end is forwards turned round', async () => {
    const forwards = await positionsOf({ direction: FORWARDS, fromPosition: START })
    const backwards = await positionsOf({ direction: BACKWARDS, fromPosition: END })
    expect(backwards).toEqual(forwards.toReversed())
  })

  it('gives nothing forwards from the end nor backwards from the start', async () => {
    expect(await positionsOf({ direction: FORWARDS, fromPosition: END })).toEqual([])
    expect(await positionsOf({ direction: BACKWARDS, fromPosition: START })).toEqual([])
  })

  it('leaves gaps between positions', () => {
    expect(second.commit - first.commit).toBeGreaterThan(1n)
  })

  it('from a negative position is refused', async () => {
    const fromPosition = { commit: 2n ** 64n - 1n, prepare: 2n ** 64n - 1n }
    await expect(positionsOf({ direction: FORWARDS, fromPosition })).rejects.toThrow(
      'invalid position',
    )
  })
})
