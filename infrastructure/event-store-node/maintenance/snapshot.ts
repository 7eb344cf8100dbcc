import type { Transaction } from 'lmdb'
import { setImmediate } from 'node:timers/promises'
import { STREAM_NUMBER_BYTES } from '../storage/keys.ts'
import type { Tables } from '../storage/tables.ts'

export type TableName = 'log' | 'streams' | 'revisions' | 'properties'

export interface Entry {
  readonly key: Buffer
  readonly value: Buffer
}

const PAGE_ENTRIES_MAX = 1_000

/**
 * The tables as they were at one moment: a single read transaction, however long it is looked at
 * and whatever a running node writes meanwhile. As long as it is open, the node can reuse no page
 * that it frees, and the file grows instead.
 */
export class Snapshot {
  readonly #tables: Tables
  readonly #transaction: Transaction

  constructor(tables: Tables) {
    this.#tables = tables
    this.#transaction = tables.environment.useReadTransaction()
  }

  get(table: TableName, key: Buffer): Buffer | undefined {
    return this.#tables[table].get(key, { transaction: this.#transaction })
  }

  /** The first entry at a key or after it. */
  firstFrom(table: TableName, start: Buffer): Entry | undefined {
    return this.#page(table, { start, limit: 1 })[0]
  }

  /** All entries in the order of their keys, by pages; between these, others may have a turn. */
  async *pages(table: TableName): AsyncGenerator<readonly Entry[]> {
    let page = this.#page(table, { limit: PAGE_ENTRIES_MAX })
    while (page.length > 0) {
      yield page
      const last = page.at(-1)
      if (last === undefined || page.length < PAGE_ENTRIES_MAX) return
      await setImmediate()
      page = this.#page(table, { start: last.key, exclusiveStart: true, limit: PAGE_ENTRIES_MAX })
    }
  }

  /** How many entries a table has, to tell progress by: a running node may have added some since. */
  about(table: 'streams' | 'revisions'): number {
    const { entryCount } = this.#tables[table].getStats() as { readonly entryCount: number }
    return entryCount
  }

  /** The number of a stream and its metastream, by the stream's name. */
  streamNumber(base: string): number | undefined {
    const bytes = this.get('streams', Buffer.from(base))
    return bytes?.length === STREAM_NUMBER_BYTES
      ? bytes.readUIntBE(0, STREAM_NUMBER_BYTES)
      : undefined
  }

  close(): void {
    this.#transaction.done()
  }

  #page(
    table: TableName,
    range: { start?: Buffer; exclusiveStart?: true; limit: number },
  ): Entry[] {
    return [...this.#tables[table].getRange({ ...range, transaction: this.#transaction })]
  }
}
