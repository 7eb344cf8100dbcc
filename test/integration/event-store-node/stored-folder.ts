import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { ProposedEvent } from '../../../infrastructure/event-store-node/storage/record.ts'
import { ANY } from '../../../infrastructure/event-store-node/storage/revision.ts'
import { STREAM_NAME_BYTES_MAX } from '../../../infrastructure/event-store-node/storage/stream-name.ts'
import { openStore, type Store } from '../../../infrastructure/event-store-node/storage/store.ts'
import { openTables, type Tables } from '../../../infrastructure/event-store-node/storage/tables.ts'

const LONGEST_NAME = 'n'.repeat(STREAM_NAME_BYTES_MAX)
const NOTHING = Buffer.alloc(0)

/** Fills a folder as a node would, by its storage alone: streams of every kind. */
export async function fillFolder(folder: string): Promise<void> {
  await mkdir(folder)
  const store = await openStore({ folder, isDurable: true, nowMs: () => 1_700_000_000_000 })
  for (let round = 0; round < 20; round += 1) {
    await append(store, 'account-a', 3)
    await append(store, `account-${round}`, 2)
  }
  // Deleted, it has a metastream of a name that nobody may append to.
  await append(store, LONGEST_NAME, 2)
  await write(store, 'soft-delete', LONGEST_NAME)
  await append(store, '$$$$', 1)
  await append(store, 'large', 1, 300_000)
  await append(store, '$$account-a', 1)
  await write(store, 'soft-delete', 'account-1')
  await write(store, 'soft-delete', 'account-2')
  await append(store, 'account-2', 1)
  await write(store, 'tombstone', 'account-3')
  await write(store, 'tombstone', 'never-written')
  await store.close()
}

/** Does something to the tables behind the node's back. */
export async function tamper(
  folder: string,
  change: (tables: Tables) => Promise<unknown>,
): Promise<void> {
  const tables = openTables(folder, true)
  await change(tables)
  await tables.environment.close()
}

/** The digest of the data of a folder. */
export async function digestOf(folder: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(join(folder, 'data.mdb')), hash)
  return hash.digest('hex')
}

let ids = 0

function append(store: Store, streamName: string, count: number, bytes = 200) {
  const events = Array.from({ length: count }, (): ProposedEvent => {
    const id = Buffer.alloc(16)
    ids += 1
    id.writeUInt32BE(ids, 0)
    return { id, type: 'T', isJson: false, data: Buffer.alloc(bytes, 0x61), metadata: NOTHING }
  })
  return write(store, 'append', streamName, events)
}

async function write(
  { writer }: Store,
  kind: 'append' | 'soft-delete' | 'tombstone',
  streamName: string,
  events: readonly ProposedEvent[] = [],
): Promise<void> {
  const request = { kind, streamName, expectedRevision: ANY, events, sizeBytes: 1_024 }
  const outcome = await writer.submit(request)
  if (outcome.kind !== 'written') throw new Error(`${kind} ${streamName}: ${outcome.kind}`)
}
