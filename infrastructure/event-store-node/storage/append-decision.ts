import { ANY, NO_STREAM, STREAM_EXISTS, TOMBSTONE_REVISION } from './revision.ts'

/** What has to be known of a stream to decide on an append to it. */
export interface StreamForDecision {
  /** Last revision: -1 when it has no event, `TOMBSTONE_REVISION` when it is dead for ever. */
  readonly lastRevision: number
  readonly softDeleted: boolean
  readonly hasMetadata: boolean
  /** The id of the event at a revision. */
  idAt(revision: number): Buffer | undefined
  /** The latest revision of the event with an id. */
  revisionOf(id: Buffer): number | undefined
}

export type AppendDecision =
  | { readonly kind: 'append' }
  | { readonly kind: 'idempotent'; readonly lastRevision: number }
  | { readonly kind: 'wrong-expected-revision' }
  | { readonly kind: 'stream-deleted' }

const APPEND: AppendDecision = { kind: 'append' }
const WRONG: AppendDecision = { kind: 'wrong-expected-revision' }
const DELETED: AppendDecision = { kind: 'stream-deleted' }

/**
 * Decides on an append as EventStoreDB does: the stream must be at the expected revision, unless
 * the very same events were appended there before, which is then answered like the first time.
 */
export function decideAppend(
  stream: StreamForDecision,
  expected: number,
  ids: readonly Buffer[],
): AppendDecision {
  if (stream.lastRevision === TOMBSTONE_REVISION) return DELETED
  if (expected === STREAM_EXISTS && stream.softDeleted) return DELETED
  if (expected === STREAM_EXISTS && stream.lastRevision < 0 && !stream.hasMetadata) return WRONG
  if (expected === ANY || expected === STREAM_EXISTS) return decideByIds(stream, ids)
  if (expected > stream.lastRevision) return WRONG
  if (expected === stream.lastRevision) return APPEND
  return decideRetry(stream, expected, ids)
}

/** No revision was expected: the append is a retry when all of its ids are in the stream. */
function decideByIds(stream: StreamForDecision, ids: readonly Buffer[]): AppendDecision {
  let lastRevision: number | undefined
  for (const id of ids) {
    const revision = stream.revisionOf(id)
    if (revision === undefined) return lastRevision === undefined ? APPEND : WRONG
    lastRevision = revision
  }
  return lastRevision === undefined ? APPEND : { kind: 'idempotent', lastRevision }
}

/** The stream is past the expected revision: the same events must stand right after it. */
function decideRetry(
  stream: StreamForDecision,
  expected: number,
  ids: readonly Buffer[],
): AppendDecision {
  for (const [index, id] of ids.entries()) {
    if (stream.idAt(expected + 1 + index)?.equals(id) === true) continue
    const isNewLife = index === 0 && expected === NO_STREAM && stream.softDeleted
    return isNewLife ? APPEND : WRONG
  }
  return ids.length === 0 ? WRONG : { kind: 'idempotent', lastRevision: expected + ids.length }
}
