import type { Store } from '../../storage/store.ts'
import { AllSource } from './all-source.ts'
import type { ReadPage, ReadRequest } from './core/pages.ts'
import { ALL, type GroupDefinition } from './group-definition.ts'
import { StreamSource } from './stream-source.ts'

/** What a group reads: a stream or `$all`. */
export interface EventSource {
  /** The next events after a place. Rejects with `RpcError` when they can never be read. */
  read(request: ReadRequest): Promise<ReadPage>
  /** Calls back on every append, until the returned function is called. */
  listen(wake: () => void): () => void
}

/** The source of a group. Throws INVALID_ARGUMENT when its filter is not understood. */
export function checkedSourceOf(store: Store, definition: GroupDefinition): EventSource {
  return definition.streamName === ALL
    ? new AllSource(store, definition)
    : new StreamSource(store, definition)
}

/** The source of a stored group; one that cannot be made any more fails when it is first read. */
export function sourceOf(store: Store, definition: GroupDefinition): EventSource {
  try {
    return checkedSourceOf(store, definition)
  } catch (error) {
    return { read: () => Promise.reject(asError(error)), listen: () => () => undefined }
  }
}

/** The place of the last event of a stream, or of `$all`, at present. */
export function endOf(store: Store, streamName: string): number {
  if (streamName === ALL) return store.writer.lastPosition
  const { lastRevision, isTombstoned } = store.states.view(streamName)
  return isTombstoned ? -1 : lastRevision
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
