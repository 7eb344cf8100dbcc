import type { Logger } from 'pino'
import type { Ledger } from '../../ledger/index.ts'
import type { Caller } from '../access/caller.ts'
import type { Reads } from '../queries/reads.ts'

/** What resolvers have at hand. */
export interface RequestContext {
  readonly caller: Caller
  /** Names the request in logs and in the metadata of the events it causes. */
  readonly correlationId: string
  readonly ledger: Ledger
  readonly reads: Reads
  readonly logger: Logger
}
