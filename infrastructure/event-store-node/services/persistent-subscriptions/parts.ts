import type { Logger } from 'pino'
import type { Access } from '../../access/access.ts'
import type { OpenCalls } from '../open-calls.ts'
import type { Subscriptions } from './subscriptions.ts'

/** What the operations of the PersistentSubscriptions service work with. */
export interface PersistentParts {
  readonly subscriptions: Subscriptions
  readonly access: Access
  readonly logger: Logger
  readonly openCalls: OpenCalls
}
