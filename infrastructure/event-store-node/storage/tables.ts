import { open, type Database, type RootDatabase } from 'lmdb'

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
  /** stream number, event id -> latest revision */
  readonly eventIds: Table
  /** what is known of the folder itself */
  readonly properties: Table
}

/** Address space, not disk: the file grows as it fills and the map never has to move. */
const MAP_SIZE_BYTES = 2 ** 40
const READERS_MAX = 126

/**
 * Opens the tables. With `isDurable`, LMDB commits only after the data and then the meta page are
 * synced, and readers see a commit only after that: what can be read is on disk.
 */
export function openTables(folder: string, isDurable: boolean): Tables {
  const environment = open({
    path: folder,
    noSubdir: false,
    maxDbs: 8,
    maxReaders: READERS_MAX,
    mapSize: MAP_SIZE_BYTES,
    overlappingSync: false,
    noSync: !isDurable,
  })
  const table = (name: string): Table =>
    environment.openDB<Buffer, Buffer>({ name, encoding: 'binary', keyEncoding: 'binary' })
  return {
    environment,
    log: table('log'),
    streams: table('streams'),
    revisions: table('revisions'),
    eventIds: table('event-ids'),
    properties: table('properties'),
  }
}
