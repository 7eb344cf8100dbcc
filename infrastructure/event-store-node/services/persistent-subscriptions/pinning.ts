import { crc32 } from 'node:zlib'
import { readsAll, resolveLink } from '../../reading/links.ts'
import type { StoredRecord } from '../../storage/record.ts'
import type { Store } from '../../storage/store.ts'
import type { StrategyName } from './core/group-settings.ts'
import { BUCKET_COUNT } from './core/message.ts'

const LINK_TYPE = '$>'

/** Which bucket the pinned strategies put an event into; the others do not ask for it. */
export type BucketOf = (record: StoredRecord) => number

/** By the event's stream, of a link the target's; or by its correlation id, where it has one. */
export function bucketFor(strategy: StrategyName, store: Store): BucketOf {
  switch (strategy) {
    case 'Pinned':
      return (record) => hash(sourceStreamOf(record))
    case 'PinnedByCorrelation':
      return (record) => hash(correlationIdOf(store, record) ?? sourceStreamOf(record))
    case 'RoundRobin':
    case 'DispatchToSingle':
      return () => 0
  }
}

function hash(text: string): number {
  return crc32(text) % BUCKET_COUNT
}

function sourceStreamOf(record: StoredRecord): string {
  if (record.type !== LINK_TYPE) return record.streamName
  const target = record.data.toString('utf8')
  return target.slice(target.indexOf('@') + 1)
}

function correlationIdOf(store: Store, record: StoredRecord): string | undefined {
  const { event } = resolveLink(store, record, readsAll)
  if (event === undefined || event.metadata.length === 0) return undefined
  try {
    const metadata: unknown = JSON.parse(event.metadata.toString('utf8'))
    if (typeof metadata !== 'object' || metadata === null) return undefined
    const id = '$correlationId' in metadata ? metadata.$correlationId : undefined
    return typeof id === 'string' ? id : undefined
  } catch {
    // Metadata need not be JSON.
    return undefined
  }
}
