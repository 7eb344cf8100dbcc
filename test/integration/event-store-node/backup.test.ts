import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  BackupTargetError,
  backUpFolder,
  NoDataFolderError,
  verifyFolder,
} from '../../../infrastructure/event-store-node/maintenance/index.ts'
import { type EventStoreNode, startEventStoreNode } from '../../support/event-store-node.ts'
import { clientOf, collect, numbered, userEvents } from './client.ts'
import { digestOf, fillFolder } from './stored-folder.ts'

let parent: string
let nodes: EventStoreNode[]

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'event-store-backup-'))
  nodes = []
})

afterEach(async () => {
  for (const node of nodes) await node.stop()
  await rm(parent, { recursive: true, force: true })
})

async function start(db: string): Promise<EventStoreNode> {
  const node = await startEventStoreNode({ db })
  nodes.push(node)
  return node
}

describe('a backup', () => {
  it('of a node under load holds what was acknowledged before, in whole appends', async () => {
    const node = await start(join(parent, 'running'))
    const client = clientOf(node)
    const acknowledged: string[] = []
    const stopping = new AbortController()
    const writers = Array.from({ length: 16 }, async (_, writer) => {
      for (let round = 0; !stopping.signal.aborted; round += 1) {
        const events = numbered(3)
        await client.appendToStream(`stream-${writer}-${round % 50}`, events)
        acknowledged.push(...events.map(({ id }) => id))
      }
    })
    for (let round = 0; round < 3; round += 1) {
      const due = acknowledged.length + 600
      while (acknowledged.length < due) await new Promise((resolve) => setTimeout(resolve, 5))
      const before = [...acknowledged]
      const to = join(parent, `copy-${round}`)
      await backUpFolder(node.db, to)
      const { ok, findings } = await verifyFolder(to)
      expect(findings).toEqual([])
      expect(ok).toBe(true)
      const copy = await start(to)
      const reader = clientOf(copy)
      const events = await userEvents(reader)
      await reader.dispose()
      await copy.stop()
      const ids = new Set(events.map(({ id }) => id))
      expect(before.filter((id) => !ids.has(id))).toEqual([])
      expect(events.length % 3).toBe(0)
    }
    stopping.abort()
    await Promise.all(writers)
    expect((await verifyFolder(node.db)).findings).toEqual([])
    await client.dispose()
  }, 180_000)

  it('goes on where the original was: a node that starts on it appends', async () => {
    const original = join(parent, 'original')
    await fillFolder(original)
    await writeFile(join(original, 'users.json'), '{"users":[]}')
    const digest = await digestOf(original)
    const to = join(parent, 'deeper', 'copy')
    const { bytes, lastPosition } = await backUpFolder(original, to)
    expect(bytes).toBe((await stat(join(to, 'data.mdb'))).size)
    expect(await digestOf(original)).toBe(digest)
    expect((await readdir(to)).toSorted()).toEqual(['data.mdb', 'users.json'])
    await rm(join(to, 'users.json'))
    expect((await stat(to)).mode & 0o777).toBe(0o700)
    const client = clientOf(await start(to))
    const { position } = await client.appendToStream('account-a', numbered(1), {
      expectedRevision: 59n,
    })
    expect(Number(position?.commit)).toBeGreaterThan(lastPosition)
    expect(await collect(client.readStream('account-a'))).toHaveLength(61)
    await client.dispose()
  })

  it('refuses a target that holds something, and leaves nothing behind', async () => {
    const original = join(parent, 'original')
    await fillFolder(original)
    const full = join(parent, 'full')
    await mkdir(full)
    await writeFile(join(full, 'something'), '')
    await expect(backUpFolder(original, full)).rejects.toThrow(BackupTargetError)
    await expect(backUpFolder(original, join(full, 'something'))).rejects.toThrow('not a folder')
    await expect(backUpFolder(original, original)).rejects.toThrow('its own backup')
    await expect(backUpFolder(join(parent, 'none'), full)).rejects.toThrow(NoDataFolderError)
    await writeFile(join(parent, 'full', 'data.mdb'), Buffer.alloc(20_000, 0x5a))
    await expect(backUpFolder(full, join(parent, 'copy'))).rejects.toThrow('not a data file')
    expect((await readdir(parent)).toSorted()).toEqual(['full', 'original'])
    const empty = join(parent, 'empty')
    await mkdir(empty)
    await backUpFolder(original, empty)
    expect((await verifyFolder(empty)).ok).toBe(true)
  })
})

describe('the commands', () => {
  const PROGRAM = fileURLToPath(new URL('../../../cli/countroom.ts', import.meta.url))

  function countroom(...args: string[]) {
    const flags = ['--import', 'tsx', PROGRAM, 'eventstore', ...args]
    return spawnSync(process.execPath, flags, { encoding: 'utf8' })
  }

  it('say what they did, and how it ended by their exit code', async () => {
    const db = join(parent, 'original')
    await fillFolder(db)
    const copy = countroom('backup', '--db', db, '--to', join(parent, 'copy'), '--json')
    expect(copy.status).toBe(0)
    expect(JSON.parse(copy.stdout)).toMatchObject({ from: db, to: join(parent, 'copy') })
    const good = countroom('verify', '--db', join(parent, 'copy'), '--json')
    expect(good.status).toBe(0)
    expect(JSON.parse(good.stdout)).toMatchObject({ ok: true, findings: [], streams: 26 })
    expect(good.stderr).toMatch(/verifying log: .*\nverifying index: /)
    await writeFile(join(parent, 'copy', 'data.mdb'), 'x')
    const bad = countroom('verify', '--db', join(parent, 'copy'))
    expect([bad.status, bad.stdout]).toEqual([3, expect.stringContaining('data.mdb ends within')])
    expect(countroom('verify', '--db', join(parent, 'none')).status).toBe(4)
    expect(countroom('backup', '--db', db, '--to', db).status).toBe(2)
  }, 180_000)
})
