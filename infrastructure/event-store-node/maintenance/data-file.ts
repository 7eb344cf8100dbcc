import { closeSync, openSync, readSync } from 'node:fs'
import { endianness } from 'node:os'

/** LMDB's mark, behind the header of the first page: `MDB_MAGIC` in mdb.c. */
const MAGIC = 0xbe_ef_c0_de
const MAGIC_OFFSET = 24
const LEAST_BYTES = 2 * 4_096

/** What keeps LMDB from opening a file, or undefined; it may end the process that tries. */
export function flawOfDataFile(path: string): string | undefined {
  const head = Buffer.alloc(LEAST_BYTES)
  const file = openSync(path, 'r')
  try {
    if (readSync(file, head) < LEAST_BYTES) return 'data.mdb is cut off within its first two pages'
  } finally {
    closeSync(file)
  }
  const magic =
    endianness() === 'LE' ? head.readUInt32LE(MAGIC_OFFSET) : head.readUInt32BE(MAGIC_OFFSET)
  return magic === MAGIC ? undefined : 'data.mdb is not a data file of LMDB'
}
