import { invalidArgument } from '../wire/rpc-error.ts'
import type { Access } from './access.ts'
import { ANONYMOUS } from './principal.ts'

/** Insecure mode: nobody is asked who they are, and everybody may do everything. */
export const insecureAccess: Access = {
  authenticate: () => Promise.resolve(ANONYMOUS),
  checkStream(_principal, action, streamName) {
    if (streamName === '$all' && action !== 'read') {
      throw invalidArgument("'$all' cannot be written to or deleted")
    }
  },
  mayRead: () => true,
  checkAuthenticated: () => undefined,
  checkGossip: () => undefined,
  checkOperator: () => undefined,
}
