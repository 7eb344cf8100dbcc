import { spawnSync } from 'node:child_process'
import { closeSync, constants, openSync } from 'node:fs'
import { join } from 'node:path'

/** The folder is another process's. */
export class FolderInUseError extends Error {
  constructor(folder: string) {
    super(`the data folder ${folder} is in use by another event-store node`)
    this.name = 'FolderInUseError'
  }
}

const LOCK_FILE = 'node.lock'
const CONFLICT_EXIT_CODE = 75
/** macOS can lock while it opens. Neither flag is known to Node. */
const MACOS_EXCLUSIVE_LOCK = 0x20
const MACOS_NON_BLOCKING = 0x4

/**
 * Makes this process the owner of a folder until it calls the returned function or ends, however it
 * ends: the lock (flock) belongs to an open file, and the kernel closes that with the process.
 * Throws `FolderInUseError` when the folder has an owner.
 */
export function lockFolder(folder: string): () => void {
  const path = join(folder, LOCK_FILE)
  const file = process.platform === 'darwin' ? openLocked(folder, path) : openAndLock(folder, path)
  return () => {
    closeSync(file)
  }
}

/**
 * Node cannot call flock. The helper of that name can lock a file that it inherits: the lock is
 * bound to the open file, which stays open here after the helper has gone.
 */
function openAndLock(folder: string, path: string): number {
  const file = openSync(path, 'a', 0o600)
  const { status, error, stderr } = spawnSync(
    'flock',
    ['--exclusive', '--nonblock', '--conflict-exit-code', String(CONFLICT_EXIT_CODE), '3'],
    { stdio: ['ignore', 'ignore', 'pipe', file] },
  )
  if (status === 0) return file
  closeSync(file)
  if (status === CONFLICT_EXIT_CODE) throw new FolderInUseError(folder)
  const reason = error?.message ?? stderr.toString().trim()
  throw new Error(`cannot lock ${path}: flock (of util-linux) failed: ${reason}`)
}

function openLocked(folder: string, path: string): number {
  const { O_RDWR, O_CREAT } = constants
  try {
    return openSync(path, O_RDWR | O_CREAT | MACOS_EXCLUSIVE_LOCK | MACOS_NON_BLOCKING, 0o600)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') {
      throw new FolderInUseError(folder)
    }
    throw error
  }
}
