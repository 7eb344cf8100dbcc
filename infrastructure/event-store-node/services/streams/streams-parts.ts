import type { Logger } from 'pino'
import type { Access } from '../../access/access.ts'
import type { Store } from '../../storage/store.ts'
import type { OpenCalls } from '../open-calls.ts'
import type { AppendBudget } from './append-budget.ts'

/** What the operations of the Streams service work with. */
export interface StreamsParts {
  readonly store: Store
  readonly access: Access
  readonly logger: Logger
  readonly openCalls: OpenCalls
  /** Limit of one append's data (MaxAppendSize). */
  readonly appendBytesMax: number
  readonly appendBudget: AppendBudget
}
