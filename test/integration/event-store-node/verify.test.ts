import { cpSync, truncateSync } from 'node:fs'
import { mkdtemp, open, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  NoDataFolderError,
  verifyFolder,
} from '../../../infrastructure/event-store-node/maintenance/index.ts'
import {
  positionKey,
  readUint64,
  revisionKey,
} from '../../../infrastructure/event-store-node/storage/keys.ts'
import { encodeRecord } from '../../../infrastructure/event-store-node/storage/record.ts'
import type { Tables } from '../../../infrastructure/event-store-node/storage/tables.ts'
import { digestOf, fillFolder, tamper } from './stored-folder.ts'

let parent: string
let original: string
let folder: string
let copies = 0

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'event-store-verify-'))
  original = join(parent, 'original')
  await fillFolder(original)
})

afterAll(async () => {
  await rm(parent, { recursive: true, force: true })
})

beforeEach(() => {
  copies += 1
  folder = join(parent, `copy-${copies}`)
  cpSync(original, folder, { recursive: true })
})

const NAME = Buffer.from('account-a')

/** The number, even, of the stream that the faults are planted in. */
function numberOf(tables: Tables): number {
  return tables.streams.get(NAME)?.readUIntBE(0, 6) ?? Number.NaN
}

function entryAt(tables: Tables, revision: number): { key: Buffer; value: Buffer } {
  const key = revisionKey(numberOf(tables), revision)
  return { key, value: tables.revisions.get(key) ?? Buffer.alloc(0) }
}

/** The record of an event of that stream. */
function recordOf(tables: Tables, revision: number): { key: Buffer; value: Buffer } {
  const { value: key } = entryAt(tables, revision)
  return { key, value: Buffer.from(tables.log.get(key) ?? []) }
}

/** The log, whose records can otherwise only be added. */
function logOf({ environment }: Tables) {
  return environment.openDB<Buffer, Buffer>({
    name: 'log',
    encoding: 'binary',
    keyEncoding: 'binary',
  })
}

function rewrite(tables: Tables, key: Buffer, value: Buffer): Promise<unknown> {
  return logOf(tables).put(key, value)
}

function without(tables: Tables, key: Buffer): Promise<unknown> {
  return logOf(tables).remove(key)
}

async function found(): Promise<string> {
  const { ok, findings } = await verifyFolder(folder)
  expect(ok).toBe(findings.length === 0)
  return findings.map(({ kind, message }) => `${kind}: ${message}`).join('\n')
}

describe('a verification', () => {
  it('of a folder as a node left it finds nothing, and changes nothing', async () => {
    const before = await digestOf(folder)
    const files = await readdir(folder)
    const result = await verifyFolder(folder)
    expect(result).toMatchObject({ ok: true, findings: [], findingsCount: 0, streams: 26 })
    expect(result.records).toBe(result.indexEntries)
    expect(await digestOf(folder)).toBe(before)
    expect(await readdir(folder)).toEqual(files)
  })

  it('says so when there is nothing to verify', async () => {
    await expect(verifyFolder(join(parent, 'none'))).rejects.toThrow(NoDataFolderError)
    await expect(verifyFolder(parent)).rejects.toThrow('holds no event store')
  })

  it.each<[fault: string, plant: (tables: Tables) => Promise<unknown>, named: RegExp]>([
    [
      'a flipped bit of a record',
      (tables) => {
        const { key, value } = recordOf(tables, 5)
        value[100] = (value[100] ?? 0) ^ 1
        return rewrite(tables, key, value)
      },
      /record: record at position \d+ is damaged: its checksum does not match/,
    ],
    [
      'a record whose checksum holds but whose form does not',
      (tables) => {
        const { key, value } = recordOf(tables, 5)
        const id = Buffer.alloc(16, 7)
        const event = {
          id,
          type: '',
          isJson: false,
          data: value.subarray(54),
          metadata: Buffer.alloc(0),
        }
        return rewrite(tables, key, encodeRecord(event, NAME, 5, 1))
      },
      /record: record at position \d+: event type must not be empty/,
    ],
    [
      'a record cut short',
      (tables) => {
        const { key, value } = recordOf(tables, 5)
        return rewrite(tables, key, value.subarray(0, 20))
      },
      /is damaged: it is too short[^]*position: a record stands at position \d+, where \d+ was due/,
    ],
    [
      'a record taken out',
      (tables) => without(tables, recordOf(tables, 5).key),
      /position: a record stands[^]*index: .* revision 5: there is no record at position/,
    ],
    [
      'an index entry taken out',
      (tables) => tables.revisions.remove(entryAt(tables, 5).key),
      /revision 5 of 'account-a': it is not in the index[^]*revision 6: revision 5 was due/,
    ],
    [
      'an index entry that points at another event',
      (tables) => tables.revisions.put(entryAt(tables, 5).key, entryAt(tables, 9).value),
      /revision 5 of 'account-a': the index has position \d+ for it[^]*is revision 9 of 'account-a'/,
    ],
    [
      'two index entries swapped',
      async (tables) => {
        const [one, other] = [entryAt(tables, 5), entryAt(tables, 6)]
        await tables.revisions.put(one.key, other.value)
        await tables.revisions.put(other.key, one.value)
      },
      /revision 5: the record at .* revision 6[^]*revision 6: position \d+ is not after/,
    ],
    [
      'an index entry too many',
      (tables) => {
        const end = revisionKey(numberOf(tables), 60)
        return tables.revisions.put(end, positionKey(10 ** 12))
      },
      /revision 60: there is no record at position 1000000000000/,
    ],
    [
      'the name of a stream taken out',
      (tables) => tables.streams.remove(NAME),
      /stream: .*'account-a': the stream has no number[^]*the name 'account-a' of its stream is missing/,
    ],
    [
      'two names with one number',
      (tables) =>
        tables.streams.put(Buffer.from('other'), Buffer.from(tables.streams.get(NAME) ?? [])),
      /stream: the stream 'other' has the number \d+, with an event of 'account-a'/,
    ],
    [
      'a name without events',
      (tables) => tables.streams.put(Buffer.from('other'), Buffer.from([0, 0, 0, 0, 1, 0])),
      /stream: the stream 'other' has the number 256, with no event/,
    ],
    [
      'a wrong next stream number',
      (tables) => tables.properties.put(Buffer.from('next-stream-number'), Buffer.alloc(6)),
      /next-stream-number: the next stream number is 0, where 52 was due/,
    ],
    [
      'another format',
      (tables) => tables.properties.put(Buffer.from('format'), Buffer.from('of-tomorrow')),
      /format: the format is 'of-tomorrow', where/,
    ],
    [
      'an event after the deletion of its stream',
      async (tables) => {
        const number = tables.streams.get(Buffer.from('account-1'))?.readUIntBE(0, 6) ?? Number.NaN
        const { key, value } = lastOf(tables)
        const end = readUint64(key, 0) + value.length
        const event = { id: Buffer.alloc(16, 7), type: 'T', isJson: false, data: Buffer.alloc(0) }
        const record = { ...event, metadata: Buffer.alloc(0) }
        await rewrite(
          tables,
          positionKey(end),
          encodeRecord(record, Buffer.from('account-1'), 2, 1),
        )
        await tables.revisions.put(revisionKey(number, 2), positionKey(end))
      },
      /metadata: '\$\$account-1' says deleted, but its stream has an event at position/,
    ],
    [
      'a tombstone of another type',
      async (tables) => {
        const { key, value } = lastOf(tables)
        const event = {
          id: Buffer.alloc(16, 7),
          type: '$streamDeletef',
          isJson: true,
          metadata: Buffer.alloc(0),
        }
        const record = { ...event, data: Buffer.from('{}') }
        const bytes = encodeRecord(record, Buffer.from('never-written'), 2 ** 63, 1)
        expect(bytes).toHaveLength(value.length)
        await rewrite(tables, key, bytes)
      },
      /tombstone: record at position \d+: a tombstone has the type '\$streamDeletef'/,
    ],
  ])('names %s', async (_, plant, named) => {
    await tamper(folder, plant)
    expect(await found()).toMatch(named)
  })

  it('keeps a bounded number of findings and counts all', async () => {
    await tamper(folder, async (tables) => {
      for (const key of tables.revisions.getKeys()) void tables.revisions.remove(key)
      await tables.environment.flushed
    })
    const { findings, findingsCount, records } = await verifyFolder(folder)
    expect(findings).toHaveLength(100)
    expect(findingsCount).toBeGreaterThanOrEqual(records)
  })

  it.each([
    ['cut off in the middle', 0.5],
    ['cut off after the first pages', 0.1],
    ['empty', 0],
  ])('names a file that is %s', async (_, share) => {
    const path = join(folder, 'data.mdb')
    const { size } = await stat(path)
    truncateSync(path, Math.floor((size * share) / 4_096) * 4_096)
    expect(await found()).toMatch(
      /^file: (pages of data.mdb are missing|.* data.mdb ends within its first two pages)/,
    )
  })

  it('names a file whose first page is not that of a data file', async () => {
    const file = await open(join(folder, 'data.mdb'), 'r+')
    await file.write(Buffer.alloc(8_192, 0x5a), 0, 8_192, 0)
    await file.close()
    expect(await found()).toMatch(
      /^file: .* cannot be opened: data.mdb is not a data file of LMDB$/,
    )
  })
})

function lastOf(tables: Tables): { key: Buffer; value: Buffer } {
  for (const entry of tables.log.getRange({ reverse: true, limit: 1 })) return entry
  throw new Error('the log is empty')
}
