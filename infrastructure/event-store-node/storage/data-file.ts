import { closeSync, openSync, readSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { endianness } from 'node:os'
import { join } from 'node:path'

export const DATA_FILE = 'data.mdb'
export const LOCK_FILE = 'lock.mdb'

/** Room for the readers that tables.ts allows, and some. */
const LOCK_FILE_BYTES = 16_384

/** LMDB's mark, behind the header of the first page: `MDB_MAGIC` in mdb.c. */
const MAGIC = 0xbe_ef_c0_de
const MAGIC_OFFSET = 24
const META_PAGES_BYTES = 2 * 4_096

/**
 * What keeps LMDB from opening the file of a folder, or undefined. It has to be asked for before:
 * the attempt to open what is not a data file can end the process.
 */
export function flawOfDataFile(folder: string): string | undefined {
  const head = Buffer.alloc(META_PAGES_BYTES)
  const file = openSync(join(folder, DATA_FILE), 'r')
  try {
    if (readSync(file, head) < head.length) return `${DATA_FILE} ends within its first two pages`
  } finally {
    closeSync(file)
  }
  const isLittle = endianness() === 'LE'
  const magic = isLittle ? head.readUInt32LE(MAGIC_OFFSET) : head.readUInt32BE(MAGIC_OFFSET)
  return magic === MAGIC ? undefined : `${DATA_FILE} is not a data file of LMDB`
}

/** Whether a folder holds a data file; an empty one is as good as none. */
export function hasDataFile(folder: string): boolean {
  return (statSync(join(folder, DATA_FILE), { throwIfNoEntry: false })?.size ?? 0) > 0
}

/**
 * Makes the file in which LMDB notes who reads, when it is missing. LMDB itself would make one full
 * of holes, and on a full disk the process would be ended when it writes to them.
 */
export function reserveLockFile(folder: string): void {
  const path = join(folder, LOCK_FILE)
  if (statSync(path, { throwIfNoEntry: false }) !== undefined) return
  try {
    writeFileSync(path, Buffer.alloc(LOCK_FILE_BYTES), { mode: 0o600, flag: 'wx' })
  } catch (error) {
    rmSync(path, { force: true })
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`cannot write to the data folder ${folder}: ${reason}`, { cause: error })
  }
}
