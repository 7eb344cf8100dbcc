import type { Matches } from '../../reading/filter.ts'
import { PAGE_RECORDS_MAX } from '../../storage/reader.ts'
import type { Store } from '../../storage/store.ts'
import { matcherFor } from '../streams/read-all.ts'
import { Turn } from '../streams/turn.ts'
import type { ReadItem, ReadPage, ReadRequest } from './core/pages.ts'
import { type GroupDefinition, isHiddenFromGroups } from './group-definition.ts'
import { type BucketOf, bucketFor } from './pinning.ts'
import { readItem } from './read-item.ts'

/** `$all`, or what a filter leaves of it. */
export class AllSource {
  readonly #store: Store
  readonly #matches: Matches
  readonly #bucketOf: BucketOf

  constructor(store: Store, { filter, settings }: GroupDefinition) {
    this.#store = store
    this.#matches = matcherFor(filter)
    this.#bucketOf = bucketFor(settings.strategy, store)
  }

  /** Looks at a page of the log; `limit` is how many it may find in it. */
  async read({ after, limit }: ReadRequest): Promise<ReadPage> {
    const page = this.#store.reader.logPage(after + 1, 'forwards', PAGE_RECORDS_MAX)
    const turn = new Turn()
    const items: ReadItem[] = []
    let wanted = 0
    for (const record of page) {
      if (wanted >= limit) break
      const isHidden = isHiddenFromGroups(record.streamName)
      const isWanted = !isHidden && this.#matches(record)
      if (isWanted) wanted += 1
      items.push({
        ...readItem(record, this.#bucketOf),
        place: record.position,
        isWanted,
        doesCount: !isHidden,
      })
      if (turn.isOver) await turn.next()
    }
    return {
      items,
      after: items.at(-1)?.place ?? after,
      isLast: page.length === 0,
      hasEnded: false,
    }
  }

  listen(wake: () => void): () => void {
    return this.#store.signals.onAny(wake)
  }
}
