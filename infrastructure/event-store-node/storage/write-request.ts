import type { ProposedEvent } from './record.ts'

/** What a client asks the writer to do. `expectedRevision`: see revision.ts. */
export interface WriteRequest {
  readonly kind: 'append' | 'soft-delete' | 'tombstone'
  readonly streamName: string
  readonly expectedRevision: number
  readonly events: readonly ProposedEvent[]
  /** About how much memory the request holds. */
  readonly sizeBytes: number
}

export type WriteOutcome =
  | { readonly kind: 'written'; readonly lastRevision: number; readonly position: number }
  | { readonly kind: 'wrong-expected-revision'; readonly currentRevision: number }
  | { readonly kind: 'stream-deleted' }
