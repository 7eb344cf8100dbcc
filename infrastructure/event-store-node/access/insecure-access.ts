import type { Access } from './access.ts'
import { ANONYMOUS } from './principal.ts'

/** Insecure mode: nobody is asked who they are, and everybody may do everything. */
export const insecureAccess: Access = {
  authenticate: () => Promise.resolve(ANONYMOUS),
  checkStream: () => undefined,
  checkAuthenticated: () => undefined,
  checkOperator: () => undefined,
}
