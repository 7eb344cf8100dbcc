import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type EventStoreNode, startEventStoreNode } from '../../support/event-store-node.ts'
import { clientOf, collect, numbered } from './client.ts'

let db: string
let nodes: EventStoreNode[]

beforeEach(async () => {
  db = await mkdtemp(join(tmpdir(), 'event-store-folder-'))
  nodes = []
})

afterEach(async () => {
  for (const node of nodes) await node.stop()
  await rm(db, { recursive: true, force: true })
})

async function start(): Promise<EventStoreNode> {
  const node = await startEventStoreNode({ db })
  nodes.push(node)
  return node
}

describe('a data folder', () => {
  it('has one owner: a second node is refused, and the first goes on', async () => {
    const first = await start()
    await expect(start()).rejects.toThrow(/data folder .* is in use by another event-store node/)
    const client = clientOf(first)
    const { success } = await client.appendToStream('stream', numbered(1))
    expect(success).toBe(true)
    await client.dispose()
  })

  it('is free at once after kill -9, and after an orderly end', async () => {
    for (let round = 0; round < 2; round += 1) {
      const node = await start()
      await (round % 2 === 0 ? node.kill9() : node.stop())
    }
    expect((await start()).port).toBeGreaterThan(0)
  })

  it('is won by one of several that start at the same time', async () => {
    for (let round = 0; round < 2; round += 1) {
      const results = await Promise.allSettled([start(), start(), start()])
      const winners = results.filter((result) => result.status === 'fulfilled')
      expect(winners).toHaveLength(1)
      await winners[0]?.value.kill9()
    }
  })

  it('keeps everything over restarts and goes on counting', async () => {
    const node = await start()
    const positions: bigint[] = []
    for (let round = 0; round < 3; round += 1) {
      const client = clientOf(node)
      const { position, nextExpectedRevision } = await client.appendToStream('s', numbered(2))
      positions.push(position?.commit ?? 0n)
      expect(nextExpectedRevision).toBe(BigInt(round * 2 + 1))
      await client.dispose()
      await node.restart()
    }
    expect(positions).toEqual(positions.toSorted((a, b) => (a < b ? -1 : 1)))
  })

  it('whose records are damaged gives an error for those, not wrong events', async () => {
    const node = await start()
    const client = clientOf(node)
    const mark = randomBytes(16).toString('hex')
    await client.appendToStream('good', numbered(1))
    await client.appendToStream('bad', numbered(1, 0, mark))
    await client.dispose()
    await node.stop()
    await damage(mark)
    await node.restart()
    const again = clientOf(node)
    expect(await collect(again.readStream('good'))).toHaveLength(1)
    await expect(collect(again.readStream('bad'))).rejects.toThrow('checksum')
    await again.dispose()
  })

  it('can be looked into by nobody else', async () => {
    await chmod(db, 0o755)
    await start()
    expect((await stat(db)).mode & 0o777).toBe(0o700)
  })

  it('of another format is refused', async () => {
    await writeFile(join(db, 'data.mdb'), randomBytes(16_384))
    await expect(start()).rejects.toThrow('did not start')
  })

  async function damage(mark: string): Promise<void> {
    const path = join(db, 'data.mdb')
    expect(await readdir(db)).toContain('data.mdb')
    const bytes = await readFile(path)
    for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + 1)) bytes[at] = 0x21
    await writeFile(path, bytes)
  }
})
