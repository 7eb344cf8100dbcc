import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { DATA_FILE, LOCK_FILE } from '../storage/data-file.ts'
import { syncFolder } from '../storage/data-folder.ts'
import { readLogEnd } from '../storage/log-end.ts'
import { openTablesToRead } from '../storage/tables.ts'
import { existingFolder } from './existing-folder.ts'

/** A backup cannot go where it was told to. */
export class BackupTargetError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'BackupTargetError'
  }
}

/** A copy that is on disk. */
export interface Backup {
  readonly from: string
  readonly to: string
  readonly bytes: number
  /** Of the last event in it. */
  readonly lastPosition: number
}

/** What stands beside the data unless the node's options say otherwise: who its users are. */
const USERS_FILE = 'users.json'
const OWNER_ONLY_FOLDER = 0o700
const OWNER_ONLY_FILE = 0o600

/**
 * Copies a data folder as it is at one moment, also while a node writes to it: whatever was
 * acknowledged before is in the copy, and of what is appended meanwhile either the whole append or
 * nothing. LMDB copies the pages of one read transaction, during which the node reuses none of
 * them; the node's writer waits only while the two meta pages are read.
 *
 * The copy is made under another name beside its own, synced, then renamed: what has the name is
 * whole. Throws `NoDataFolderError`, or `BackupTargetError` when the target is there and not empty.
 */
export async function backUpFolder(fromPath: string, toPath: string): Promise<Backup> {
  const from = existingFolder(fromPath)
  const to = resolve(toPath)
  checkTarget(from, to)
  const unfinished = join(dirname(to), `.${basename(to)}.unfinished-${process.pid}`)
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(unfinished, { recursive: true, mode: OWNER_ONLY_FOLDER })
  try {
    await copyData(from, unfinished)
    copyUsers(from, unfinished)
    const lastPosition = await lastPositionIn(unfinished)
    moveInPlace(unfinished, to)
    return { from, to, bytes: statSync(join(to, DATA_FILE)).size, lastPosition }
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true })
    throw error
  }
}

function checkTarget(from: string, to: string): void {
  const there = statSync(to, { throwIfNoEntry: false })
  if (there === undefined) return
  if (!there.isDirectory()) throw new BackupTargetError(`${to} is not a folder`)
  if (to === from) throw new BackupTargetError('a folder cannot be its own backup')
  if (readdirSync(to).length > 0) throw new BackupTargetError(`the folder ${to} is not empty`)
}

async function copyData(from: string, to: string): Promise<void> {
  const { environment } = openTablesToRead(from)
  try {
    await environment.backup(to, false)
  } finally {
    await environment.close()
  }
  keep(join(to, DATA_FILE))
}

/** The node replaces the file as a whole, so that a copy is never half an old and half a new one. */
function copyUsers(from: string, to: string): void {
  if (!existsSync(join(from, USERS_FILE))) return
  copyFileSync(join(from, USERS_FILE), join(to, USERS_FILE))
  keep(join(to, USERS_FILE))
}

/** Looks into the copy, which must open for that. */
async function lastPositionIn(folder: string): Promise<number> {
  const tables = openTablesToRead(folder)
  try {
    return readLogEnd(tables).lastPosition
  } finally {
    await tables.environment.close()
  }
}

function moveInPlace(unfinished: string, to: string): void {
  rmSync(join(unfinished, LOCK_FILE), { force: true })
  syncFolder(unfinished)
  renameSync(unfinished, to)
  syncFolder(dirname(to))
}

/** Puts a file on disk, for its owner alone. */
function keep(path: string): void {
  chmodSync(path, OWNER_ONLY_FILE)
  const handle = openSync(path, 'r+')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
