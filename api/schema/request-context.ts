import type { Kysely } from 'kysely'
import type { Ledger } from '../../ledger/index.ts'
import type { Projections, Schema } from '../../projections/index.ts'
import type { Caller } from '../access/caller.ts'

/** What resolvers have at hand. */
export interface RequestContext {
  readonly caller: Caller
  /** Names the request in logs and in the metadata of the events it causes. */
  readonly correlationId: string
  readonly ledger: Ledger
  readonly database: Kysely<Schema>
  readonly projections: Pick<Projections, 'status'>
  /** How long a query waits for the read models to reach its `minPosition`. */
  readonly minPositionTimeoutMs: number
}
