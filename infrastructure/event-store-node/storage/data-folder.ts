import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { lockFolder } from './folder-lock.ts'

/** A folder that this process alone may use, until `close`. */
export interface DataFolder {
  readonly path: string
  readonly isTemporary: boolean
  close(): void
}

/** Only the user the node runs as may look into what players have done. */
const OWNER_ONLY = 0o700

/** Takes a data folder, made when missing; a temporary one, removed at the end, without a path. */
export function openDataFolder(path: string | undefined): DataFolder {
  if (path === undefined) return openTemporaryFolder()
  const folder = resolve(path)
  makeWritable(folder)
  return { path: folder, isTemporary: false, close: lockFolder(folder) }
}

function makeWritable(folder: string): void {
  try {
    // Asked first, as making a folder on a read-only file system fails with a misleading reason.
    accessSync(nearestExisting(folder), constants.W_OK)
    const firstMade = mkdirSync(folder, { recursive: true })
    chmodSync(folder, OWNER_ONLY)
    if (firstMade !== undefined) syncFolder(dirname(firstMade))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`cannot write to the data folder ${folder}: ${reason}`, { cause: error })
  }
}

function nearestExisting(path: string): string {
  return existsSync(path) ? path : nearestExisting(dirname(path))
}

/** Makes the names of new files in a folder as durable as their content. */
export function syncFolder(path: string): void {
  const handle = openSync(path, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

function openTemporaryFolder(): DataFolder {
  const path = mkdtempSync(join(tmpdir(), 'countroom-event-store-'))
  const unlock = lockFolder(path)
  return {
    path,
    isTemporary: true,
    close() {
      unlock()
      rmSync(path, { recursive: true, force: true })
    },
  }
}
