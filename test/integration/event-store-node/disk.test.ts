import type { EventStoreDBClient } from '@eventstore/db-client'
import { spawnSync } from 'node:child_process'
import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, type TestContext } from 'vitest'
import { verifyFolder } from '../../../infrastructure/event-store-node/maintenance/index.ts'
import { type EventStoreNode, startEventStoreNode } from '../../support/event-store-node.ts'
import { CLASSIC, clientOf, collect, failure, numbered } from './client.ts'

const MIB = 1_048_576
const isRoot = process.getuid?.() === 0

let parent: string
let mounts: string[]
let node: EventStoreNode | undefined

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'event-store-disk-'))
  mounts = []
  node = undefined
})

afterEach(async () => {
  await node?.stop()
  for (const mount of mounts) run('umount', mount)
  await rm(parent, { recursive: true, force: true })
})

function run(program: string, ...args: string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0
}

/** A file system of its own of a few MiB; skips the test where none may be mounted. */
function smallDisk(test: TestContext, sizeMiB: number): string {
  test.skip(!isRoot, 'only root may mount a file system')
  const options = `size=${sizeMiB}m`
  test.skip(!run('mount', '-t', 'tmpfs', '-o', options, 'tmpfs', parent), 'tmpfs: not permitted')
  mounts.push(parent)
  return join(parent, 'db')
}

/** Lets the node's files grow no larger, which is how a full disk shows itself to it. */
function limitFiles(test: TestContext, { pid }: EventStoreNode, bytes: number | 'unlimited'): void {
  const isDone = run('prlimit', '--pid', String(pid), `--fsize=${bytes}:unlimited`)
  test.skip(!isDone, 'prlimit of util-linux is needed')
}

/** Appends so many KiB. */
function append(client: EventStoreDBClient, stream: string, kib: number, options = {}) {
  return client.appendToStream(stream, numbered(kib, 0, 'T'.padEnd(900, 't')), options)
}

/** That an append is refused, and why: the client shows that for the classic way alone. */
async function expectRefusal(client: EventStoreDBClient, kib: number): Promise<void> {
  const classic = await failure(append(client, 'refused', kib, CLASSIC))
  expect(classic).toMatchObject({ type: 'unavailable' })
  // LMDB calls it an input/output error when a part of what it writes still fits.
  const reason = /the store could not write: (No space left|File too large|Input.output error)/
  expect(String(classic)).toMatch(reason)
  expect(await failure(append(client, 'refused', kib))).toMatchObject({ type: 'unknown' })
}

/** Appends until one is refused; gives how many were not. */
async function fill(client: EventStoreDBClient): Promise<number> {
  for (let count = 0; count < 100; count += 1) {
    try {
      await append(client, `filled-${count}`, 200)
    } catch {
      return count
    }
  }
  throw new Error('the disk did not become full')
}

/** Everything acknowledged is there: the streams of `fill`, each of 200 events. */
async function expectFilled(client: EventStoreDBClient, count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) {
    expect(await collect(client.readStream(`filled-${at}`))).toHaveLength(200)
  }
  expect(await failure(collect(client.readStream(`filled-${count}`)))).toMatchObject({
    type: 'stream-not-found',
  })
}

describe('a node whose disk is full', () => {
  async function expectRefusalAndRecovery(
    db: string,
    makeFull: () => Promise<void>,
    makeRoom: () => void,
  ) {
    const running = (node = await startEventStoreNode({ db }))
    const client = clientOf(running)
    await append(client, 'before', 100)
    await makeFull()
    const count = await fill(client)
    expect(count).toBeGreaterThan(0)
    await expectRefusal(client, 900)
    const reader = clientOf(running)
    await expectFilled(reader, count)
    expect(await collect(reader.readStream('before'))).toHaveLength(100)
    makeRoom()
    const { nextExpectedRevision } = await append(reader, 'before', 900)
    expect(nextExpectedRevision).toBe(999n)
    await running.restart()
    await client.dispose()
    await reader.dispose()
    const again = clientOf(running)
    await expectFilled(again, count)
    await again.dispose()
    await running.stop()
  }

  it('refuses writes, keeps what was there, and goes on when there is room', async (test) => {
    const db = smallDisk(test, 8)
    const ballast = join(parent, 'ballast')
    await expectRefusalAndRecovery(
      db,
      () => writeFile(ballast, Buffer.alloc(3 * MIB)),
      () => {
        expect(run('mount', '-o', 'remount,size=32m', parent)).toBe(true)
      },
    )
    expect(await verifyFolder(db)).toMatchObject({ ok: true, findings: [] })
  })

  it('does the same for a user who is not root, by a limit on the size of files', async (test) => {
    const db = join(parent, 'db')
    await expectRefusalAndRecovery(
      db,
      async () => {
        const { size } = await stat(join(db, 'data.mdb'))
        if (node !== undefined) limitFiles(test, node, size + 2 * MIB)
      },
      () => {
        if (node !== undefined) limitFiles(test, node, 'unlimited')
      },
    )
    expect(await verifyFolder(db)).toMatchObject({ ok: true, findings: [] })
  })

  it('at its start says so, and starts when there is room', async (test) => {
    const db = smallDisk(test, 1)
    const ballast = join(parent, 'ballast')
    await writeFile(ballast, Buffer.alloc(MIB)).catch(() => undefined)
    const error = await failure(startEventStoreNode({ db }))
    expect(String(error)).toMatch(/exit code 1[^]*data folder .*no space left on device/)
    await rm(ballast)
    node = await startEventStoreNode({ db })
    await node.stop()
    expect((await verifyFolder(db)).ok).toBe(true)
  })
})

describe('a node on a read-only folder', () => {
  it('says so at its start, exit code 1, naming folder and cause', async (test) => {
    const db = smallDisk(test, 8)
    await (await startEventStoreNode({ db })).stop()
    expect(run('mount', '-o', 'remount,ro', parent)).toBe(true)
    for (const folder of [db, join(parent, 'new', 'folder')]) {
      const error = await failure(startEventStoreNode({ db: folder }))
      const cause = 'read-only file system'
      expect(String(error)).toMatch(
        new RegExp(`exit code 1[^]*write to the data folder ${folder}: .*${cause}`),
      )
    }
    expect((await verifyFolder(db)).ok).toBe(true)
  })

  it('of another user says so as well', async (test) => {
    test.skip(isRoot, 'root may write everywhere')
    const db = join(parent, 'db')
    await (await startEventStoreNode({ db })).stop()
    await chmod(db, 0o500)
    const error = await failure(startEventStoreNode({ db }))
    expect(String(error)).toMatch(/exit code 1[^]*write to the data folder .*permission denied/)
    await chmod(db, 0o700)
  })

  it('that became so while it runs refuses writes, reads on, and writes again later', async (test) => {
    node = await startEventStoreNode({ db: join(parent, 'db') })
    const client = clientOf(node)
    await append(client, 'stream', 10)
    // A file system with files open for writing is not made read-only; none of the node's then grows.
    limitFiles(test, node, 0)
    await expectRefusal(client, 10)
    const reader = clientOf(node)
    expect(await collect(reader.readStream('stream'))).toHaveLength(10)
    limitFiles(test, node, 'unlimited')
    const { nextExpectedRevision } = await append(reader, 'stream', 10)
    expect(nextExpectedRevision).toBe(19n)
    for (const each of [client, reader]) await each.dispose()
  })
})
