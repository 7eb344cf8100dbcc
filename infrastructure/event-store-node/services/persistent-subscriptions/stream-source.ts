import { isYoungEnough } from '../../reading/visibility.ts'
import { PAGE_RECORDS_MAX } from '../../storage/reader.ts'
import type { StoredRecord } from '../../storage/record.ts'
import { TOMBSTONE_REVISION } from '../../storage/revision.ts'
import type { Store } from '../../storage/store.ts'
import { firstVisibleRevision } from '../../storage/stream-metadata.ts'
import { streamDeleted } from '../../wire/rpc-error.ts'
import type { ReadPage, ReadRequest } from './core/pages.ts'
import type { GroupDefinition } from './group-definition.ts'
import { type BucketOf, bucketFor } from './pinning.ts'
import { readItem } from './read-item.ts'

/**
 * One stream, existing or not. What its metadata hides is left out while the group catches up; what
 * is appended while it is live comes whatever the metadata says, the tombstone too.
 */
export class StreamSource {
  readonly #store: Store
  readonly #streamName: string
  readonly #bucketOf: BucketOf

  constructor(store: Store, { streamName, settings }: GroupDefinition) {
    this.#store = store
    this.#streamName = streamName
    this.#bucketOf = bucketFor(settings.strategy, store)
  }

  read(request: ReadRequest): Promise<ReadPage> {
    return Promise.resolve(request).then(({ after, limit, isLive }) =>
      isLive ? this.#livePage(after, limit) : this.#pastPage(after, limit),
    )
  }

  listen(wake: () => void): () => void {
    return this.#store.signals.onStream(this.#streamName, wake)
  }

  #livePage(after: number, limit: number): ReadPage {
    const { number } = this.#store.states.view(this.#streamName)
    const records = number === undefined ? [] : this.#recordsAfter(number, after, limit)
    const last = records.at(-1)
    return {
      items: records.map((record) => this.#item(record, true)),
      after: last?.revision ?? after,
      isLast: last === undefined,
      hasEnded: last?.revision === TOMBSTONE_REVISION,
    }
  }

  #pastPage(after: number, limit: number): ReadPage {
    const { metadata, number, lastRevision, isTombstoned } = this.#view()
    if (isTombstoned) throw streamDeleted(this.#streamName)
    const first = metadata.softDeleted ? Infinity : firstVisibleRevision(metadata, lastRevision)
    const from = Math.max(after, first - 1)
    const isHidden = number === undefined || from >= lastRevision
    const records = isHidden ? [] : this.#recordsAfter(number, from, limit)
    const nowMs = this.#store.nowMs()
    const items = records.map((record) =>
      this.#item(record, isYoungEnough(record, this.#view(), nowMs)),
    )
    // At the end, what is hidden is passed for good: it shall not come back with the live events.
    const reached = records.at(-1)?.revision ?? lastRevision
    const isLast = records.length === 0
    return { items, after: Math.max(after, reached), isLast, hasEnded: false }
  }

  #view() {
    return this.#store.states.view(this.#streamName)
  }

  #recordsAfter(streamNumber: number, after: number, limit: number): StoredRecord[] {
    const count = Math.min(limit, PAGE_RECORDS_MAX)
    return this.#store.reader.streamPage(streamNumber, after + 1, 'forwards', count)
  }

  #item(record: StoredRecord, isWanted: boolean) {
    const item = readItem(record, this.#bucketOf)
    return { ...item, place: record.revision, isWanted, doesCount: true }
  }
}
