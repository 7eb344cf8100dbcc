import type { Transaction } from 'kysely'
import type { ReadEvent } from '../domain/index.ts'
import type { Schema } from './schema.ts'

/** An event of an account, with its place in the account's stream and among all events. */
export interface ProjectedEvent extends ReadEvent {
  readonly eventId: string
  readonly revision: bigint
  readonly position: bigint
  readonly recordedAt: Date
}

/** Makes one read model out of events. */
export interface Projector {
  /** Names its checkpoint; never changed. */
  readonly name: string
  /** Raised when the same events would make other rows than before. */
  readonly version: number
  /**
   * Writes what the events bring about, in statements on whole sets. It is called with events in
   * order, each once; the rows depend on the events alone and not on how they are cut into batches.
   * What it throws, and any refusal of the database, undoes the batch.
   */
  project(tx: Transaction<Schema>, events: readonly ProjectedEvent[]): Promise<void>
}

/** An event cannot follow those before it, as a win in a round nobody has bet in. */
export class ImpossibleEvent extends Error {
  override readonly name = 'ImpossibleEvent'
}
