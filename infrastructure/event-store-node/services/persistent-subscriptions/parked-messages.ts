import { readsAll, resolveLink } from '../../reading/links.ts'
import type { StoredRecord } from '../../storage/record.ts'
import { revisionText } from '../../storage/revision.ts'
import type { Store } from '../../storage/store.ts'
import type { ParkedItem } from './core/pages.ts'
import type { ReplayRequest } from './core/replay.ts'
import { type GroupDefinition, parkedStreamOf } from './group-definition.ts'
import { visibleRange, type VisibleRange } from './last-event.ts'
import { type BucketOf, bucketFor } from './pinning.ts'
import { readItem } from './read-item.ts'
import { appendSystemEvent, newId, writeSystemMetadata } from './system-events.ts'

/** A page of parked messages, and where the next one begins. */
export interface ParkedPage {
  readonly items: readonly ParkedItem[]
  readonly next: number
}

/** The messages that a group has set aside: a stream of links to them. */
export class ParkedMessages {
  readonly #store: Store
  readonly #streamName: string
  readonly #bucketOf: BucketOf

  constructor(store: Store, definition: GroupDefinition) {
    this.#store = store
    this.#streamName = parkedStreamOf(definition)
    this.#bucketOf = bucketFor(definition.settings.strategy, store)
  }

  /** Which of its revisions are parked. */
  get range(): VisibleRange {
    return visibleRange(this.#store, this.#streamName)
  }

  /**
   * Parks an event, durably: false when that will never be possible, as the stream is deleted for
   * ever. `link` is what the event was reached by. Rejects when it is not possible now.
   */
  async park(
    event: StoredRecord | undefined,
    link: StoredRecord | undefined,
    reason: string,
  ): Promise<boolean> {
    const original = link ?? event
    const metadata = {
      added: new Date(this.#store.nowMs()).toISOString(),
      reason,
      subscriptionEventNumber: original?.revision ?? 0,
    }
    const outcome = await appendSystemEvent(this.#store, this.#streamName, {
      id: newId(),
      type: '$>',
      isJson: false,
      data: event === undefined ? (link?.data ?? Buffer.alloc(0)) : linkTo(event),
      metadata: Buffer.from(JSON.stringify(metadata)),
    })
    return outcome.kind === 'written'
  }

  /** Reads parked messages again; links to what is gone are left out. */
  read({ from, limit }: ReplayRequest): ParkedPage {
    const { number } = this.#store.states.view(this.#streamName)
    if (number === undefined) return { items: [], next: from + limit }
    const page = this.#store.reader.streamPage(number, from, 'forwards', limit)
    const items = page
      .filter(({ revision }) => revision < from + limit)
      .filter((record) => resolveLink(this.#store, record, readsAll).event !== undefined)
      .map((record) => this.#item(record))
    const last = page.at(-1)
    return { items, next: last === undefined ? from + limit : last.revision + 1 }
  }

  /** Drops the parked messages before a revision, those that are still there. */
  async truncate(before: number): Promise<void> {
    if (before <= this.range.first) return
    await writeSystemMetadata(this.#store, this.#streamName, { $tb: before })
  }

  #item(record: StoredRecord): ParkedItem {
    return { ...readItem(record, this.#bucketOf), revision: record.revision }
  }
}

function linkTo({ revision, streamName }: StoredRecord): Buffer {
  return Buffer.from(`${revisionText(revision)}@${streamName}`)
}
