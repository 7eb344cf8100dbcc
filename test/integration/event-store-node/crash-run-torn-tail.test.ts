import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { verifyFolder } from '../../../infrastructure/event-store-node/maintenance/index.ts'
import { type EventStoreNode, startEventStoreNode } from '../../support/event-store-node.ts'
import { clientOf, collect, failure, numbered } from './client.ts'

const PAGE_BYTES = 4_096
const SECTOR_BYTES = 512
const META_PAGES = 2

let parent: string
let db: string
let node: EventStoreNode | undefined

/** The data file before an append and after it, the node ended with kill -9 both times. */
let before: Buffer
let after: Buffer

/**
 * What a power cut leaves of the last append, before its meta page was written: the pages that it
 * wrote may be there or not, each sector for itself, and the file may have its old length.
 */
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'event-store-torn-'))
  db = join(parent, 'db')
  node = await startEventStoreNode({ db })
  const client = clientOf(node)
  for (let round = 0; round < 30; round += 1) await client.appendToStream('kept', numbered(20))
  before = await readFile(join(db, 'data.mdb'))
  await client.appendToStream('torn', numbered(300, 0, 'T'.padEnd(800, 't')))
  await client.dispose()
  await node.kill9()
  after = await readFile(join(db, 'data.mdb'))
})

afterEach(async () => {
  await node?.stop()
})

afterAll(async () => {
  await rm(parent, { recursive: true, force: true })
})

/** The pages that the last append wrote, its meta page left out. */
function writtenPages(): number[] {
  const pages = Array.from({ length: after.length / PAGE_BYTES }, (_, page) => page)
  return pages.filter(
    (page) => page >= META_PAGES && !pageOf(after, page).equals(pageOf(before, page)),
  )
}

function pageOf(file: Buffer, page: number): Buffer {
  return file.subarray(page * PAGE_BYTES, (page + 1) * PAGE_BYTES)
}

/** The file with the old meta pages, and new ones damaged as told. */
function torn(damage: (page: Buffer, index: number) => void): Buffer {
  const file = Buffer.from(after)
  before.copy(file, 0, 0, META_PAGES * PAGE_BYTES)
  for (const [index, page] of writtenPages().entries()) damage(pageOf(file, page), index)
  return file
}

async function expectStart(file: Buffer): Promise<void> {
  await writeFile(join(db, 'data.mdb'), file)
  node = await startEventStoreNode({ db })
  const client = clientOf(node)
  expect(await collect(client.readStream('kept'))).toHaveLength(600)
  expect(await failure(collect(client.readStream('torn')))).toMatchObject({
    type: 'stream-not-found',
  })
  expect((await client.appendToStream('torn', numbered(300))).nextExpectedRevision).toBe(299n)
  await client.dispose()
  await node.stop()
  expect(await verifyFolder(db)).toMatchObject({ ok: true, findings: [] })
}

describe('a node after a power cut in the middle of an append', () => {
  it.each<[what: string, file: () => Buffer]>([
    ['whose pages are all there', () => torn(() => undefined)],
    ['whose pages are garbage', () => torn((page) => page.fill(0xa5))],
    ['whose pages are there by halves', () => torn((page, at) => at % 2 === 0 && page.fill(0x5a))],
    ['whose sectors are torn', () => torn((page) => page.fill(0x5a, SECTOR_BYTES, PAGE_BYTES))],
    ['whose file has its old length', () => torn(() => undefined).subarray(0, before.length)],
    [
      'whose file ends within a page',
      () => torn(() => undefined).subarray(0, before.length + PAGE_BYTES / 2),
    ],
    [
      'behind whose file there is garbage',
      () => Buffer.concat([torn(() => undefined), Buffer.alloc(3 * PAGE_BYTES + 100, 0x77)]),
    ],
  ])('%s starts with all that was acknowledged, and nothing of that append', async (_, file) => {
    expect(writtenPages().length).toBeGreaterThan(50)
    await expectStart(file())
  })

  it('has all of the append when its meta page was written', async () => {
    const garbageBehind = Buffer.concat([after, Buffer.alloc(2 * PAGE_BYTES, 0x77)])
    await writeFile(join(db, 'data.mdb'), garbageBehind)
    node = await startEventStoreNode({ db })
    const client = clientOf(node)
    expect(await collect(client.readStream('torn'))).toHaveLength(300)
    await client.dispose()
  })
})

describe('what LMDB does not promise to outlive', () => {
  it('a disk that loses pages it has called safe is found by a verification', async () => {
    await writeFile(join(db, 'data.mdb'), after)
    const file = await open(join(db, 'data.mdb'), 'r+')
    for (const page of writtenPages().slice(0, 40)) {
      await file.write(Buffer.alloc(PAGE_BYTES), 0, PAGE_BYTES, page * PAGE_BYTES)
    }
    await file.close()
    const { ok, findingsCount } = await verifyFolder(db)
    expect(ok).toBe(false)
    expect(findingsCount).toBeGreaterThan(0)
  })
})
