import { chmodSync, closeSync, fsyncSync, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs'
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
  const firstMade = mkdirSync(folder, { recursive: true })
  chmodSync(folder, OWNER_ONLY)
  if (firstMade !== undefined) syncFolder(dirname(firstMade))
  return { path: folder, isTemporary: false, close: lockFolder(folder) }
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
