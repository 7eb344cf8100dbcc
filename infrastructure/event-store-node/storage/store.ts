import { randomUUID } from 'node:crypto'
import { CommitSignals } from './commit-signals.ts'
import { syncFolder } from './data-folder.ts'
import { ensureFormat } from './format.ts'
import { NO_STREAM } from './revision.ts'
import { Reader } from './reader.ts'
import { StreamStates } from './stream-states.ts'
import { openTables } from './tables.ts'
import { uuidBytes } from './uuid.ts'
import { Writer } from './writer.ts'

export { FORMAT, FORMAT_PROPERTY } from './format.ts'

/** An open data folder. */
export interface Store {
  readonly reader: Reader
  readonly states: StreamStates
  readonly signals: CommitSignals
  readonly writer: Writer
  readonly nowMs: () => number
  /** Answers what waits to be written, then closes the tables. */
  close(): Promise<void>
}

export interface StoreOptions {
  readonly folder: string
  readonly isDurable: boolean
  readonly nowMs: () => number
}

/**
 * Opens the store in a folder that this process owns; a new one is initialised first.
 * Throws when the folder holds another format.
 */
export async function openStore({ folder, isDurable, nowMs }: StoreOptions): Promise<Store> {
  const tables = openTables(folder, isDurable)
  await ensureFormat(tables)
  if (isDurable) syncFolder(folder)
  const reader = new Reader(tables)
  const states = new StreamStates(reader)
  const signals = new CommitSignals()
  const writer = new Writer({ tables, reader, states, signals, nowMs })
  await writeEpoch(writer)
  return {
    reader,
    states,
    signals,
    writer,
    nowMs,
    async close() {
      await writer.close()
      await tables.environment.close()
    },
  }
}

/** Like a real server, a new node has a system event of its own before the first user's. */
async function writeEpoch(writer: Writer): Promise<void> {
  if (writer.lastPosition > 0) return
  const epochId = randomUUID()
  const data = Buffer.from(JSON.stringify({ epochId, epochNumber: 0 }))
  await writer.submit({
    kind: 'append',
    streamName: '$epoch-information',
    expectedRevision: NO_STREAM,
    events: [
      {
        id: uuidBytes(epochId),
        type: '$epoch-information',
        isJson: true,
        data,
        metadata: Buffer.alloc(0),
      },
    ],
    sizeBytes: data.length,
  })
}
