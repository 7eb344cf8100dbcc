import { open, type Database, type RootDatabase } from 'lmdb'
import { flawOfDataFile, hasDataFile, reserveLockFile } from './data-file.ts'

type Table = Database<Buffer, Buffer>

/**
 * A table whose keys only ever grow. `append` fills its pages to the brim instead of halving them,
 * and the put resolves to false should a key be out of order. (The typings of lmdb leave it out.)
 */
interface GrowingTable extends Pick<Table, 'get' | 'getRange'> {
  put(key: Buffer, value: Buffer, options: { append: true }): Promise<boolean>
}

/** The LMDB tables of a data folder; README.md says what each holds. */
export interface Tables {
  readonly environment: RootDatabase
  /** position -> record */
  readonly log: GrowingTable
  /** base stream name -> stream number */
  readonly streams: Table
  /** stream number, revision -> position */
  readonly revisions: Table
  /** what is known of the folder itself */
  readonly properties: Table
}

/** Address space, not disk: the file grows as it fills and the map never has to move. */
const MAP_SIZE_BYTES = 2 ** 40
const READERS_MAX = 126

/**
 * Opens the tables. With `isDurable`, LMDB commits only after the data and then the meta page are
 * synced, and readers see a commit only after that: what can be read is on disk. Throws when the
 * folder cannot be written to, or holds something else.
 */
export function openTables(folder: string, isDurable: boolean): Tables {
  const isNew = !hasDataFile(folder)
  reserveLockFile(folder)
  return tablesOf(environmentIn(folder, isNew, { noSync: !isDurable }))
}

/**
 * Opens the tables to look at them alone, also while a node owns the folder. Throws when the folder
 * holds no tables, or not all of them.
 */
export function openTablesToRead(folder: string): Tables {
  return tablesOf(environmentIn(folder, false, { readOnly: true }))
}

function environmentIn(
  folder: string,
  isNew: boolean,
  mode: { readonly noSync: boolean } | { readonly readOnly: true },
): RootDatabase {
  try {
    const flaw = isNew ? undefined : flawOfDataFile(folder)
    if (flaw !== undefined) throw new Error(flaw)
    return open({
      path: folder,
      noSubdir: false,
      maxDbs: 8,
      maxReaders: READERS_MAX,
      mapSize: MAP_SIZE_BYTES,
      overlappingSync: false,
      ...mode,
    })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`the data folder ${folder} cannot be opened: ${reason}`, { cause: error })
  }
}

function tablesOf(environment: RootDatabase): Tables {
  const table = (name: string): Table => {
    const options = { name, encoding: 'binary', keyEncoding: 'binary' } as const
    // Its typings leave out that lmdb gives nothing for a table that is missing and cannot be made.
    const found = environment.openDB<Buffer, Buffer>(options) as Table | undefined
    if (found === undefined) throw new Error(`the table '${name}' is missing`)
    return found
  }
  return {
    environment,
    log: table('log'),
    streams: table('streams'),
    revisions: table('revisions'),
    properties: table('properties'),
  }
}
