import type { Position, ReadAllOptions } from '@eventstore/db-client'
import { beforeAll, describe, expect, it } from 'vitest'
import { collect, numbered, readsNatively, userEvents } from './events.ts'
import { module } from './public-client.ts'
import { serveForTests } from './served.ts'

const { BACKWARDS, END, FORWARDS, START } = module
const served = serveForTests()
let positions: Position[]
let first: Position
let second: Position

beforeAll(async () => {
  const { client } = served
  for (const stream of ['a', 'b', 'a', 'c']) await client.appendToStream(stream, numbered(150))
  await client.deleteStream('b')
  await client.tombstoneStream('c')
  positions = (await userEvents(client)).map(({ position }) => position)
  ;[first, second] = positions as [Position, Position]
})

async function positionsOf(options: ReadAllOptions) {
  const read = await collect(served.client.readAll(options))
  return read.map(({ event }) => event?.position.commit)
}

describe('reading $all', () => {
  it('gives every event of every stream, deleted ones too, in the order of commit', () => {
    expect(positions).toHaveLength(600)
    expect(positions).toEqual(positions.toSorted((a, b) => (a.commit < b.commit ? -1 : 1)))
    expect(positions.every(({ commit, prepare }) => commit === prepare)).toBe(true)
  })

  it('holds system events: the first before all others, deletions after', async () => {
    const types = (await collect(served.client.readAll())).map(({ event }) => event?.type)
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

  it('page by page from the last position seen gives the same as all at once', async () => {
    const paged: (bigint | undefined)[] = []
    for (let from: Position | 'start' = START; ;) {
      const page = await positionsOf({ fromPosition: from, maxCount: 101 })
      paged.push(...page.slice(paged.length === 0 ? 0 : 1))
      const last = page.at(-1)
      if (page.length < 101 || last === undefined) break
      from = { commit: last, prepare: last }
    }
    expect(paged).toEqual(await positionsOf({}))
  })

  it.skipIf(readsNatively)('gives nothing forwards from END nor backwards from START', async () => {
    expect(await positionsOf({ direction: FORWARDS, fromPosition: END })).toEqual([])
    expect(await positionsOf({ direction: BACKWARDS, fromPosition: START })).toEqual([])
  })

  it('gives nothing forwards after the last position nor backwards before the first', async () => {
    const [start] = await collect(served.client.readAll({ maxCount: 1 }))
    const before = start?.event?.position ?? second
    expect(await positionsOf({ direction: BACKWARDS, fromPosition: before })).toEqual([])
    const commit = 1_000_000_000n
    const after = { commit, prepare: commit }
    expect(await positionsOf({ direction: FORWARDS, fromPosition: after })).toEqual([])
    expect(await positionsOf({ direction: BACKWARDS, fromPosition: after })).toHaveLength(603)
  })

  it('leaves gaps between positions', () => {
    expect(second.commit - first.commit).toBeGreaterThan(1n)
  })

  it.each([
    ['beyond int64', { commit: 2n ** 64n - 2n, prepare: 2n ** 64n - 2n }],
    ['prepared after it is committed', { commit: 1n, prepare: 2n }],
  ])('from a position that cannot be is refused: %s', async (_, fromPosition) => {
    const read = positionsOf({ direction: FORWARDS, fromPosition })
    await expect(read).rejects.toThrow('invalid position')
  })
})
