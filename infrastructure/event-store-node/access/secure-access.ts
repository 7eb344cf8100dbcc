import type { Store } from '../storage/store.ts'
import { accessDenied } from '../wire/rpc-error.ts'
import type { Access } from './access.ts'
import { aclQuestion, isAllowed, isOperator } from './acl-decision.ts'
import type { Authenticator } from './authenticator.ts'
import { defaultAcls } from './default-acls.ts'
import type { Principal } from './principal.ts'

/** What those may do who have not said who they are. */
export interface AnonymousAccess {
  /** AllowAnonymousStreamAccess: what an access list grants `$all`. */
  readonly toStreams: boolean
  /** AllowAnonymousEndpointAccess: what asks for somebody known, without asking for a group. */
  readonly toEndpoints: boolean
  /** OverrideAnonymousEndpointAccessForGossip: which nodes there are. */
  readonly toGossip: boolean
}

/** Secure mode: callers are who their credentials say, and access lists are enforced. */
export function secureAccess(
  store: Store,
  authenticator: Authenticator,
  anonymous: AnonymousAccess,
): Access {
  const defaults = defaultAcls(store)
  return {
    authenticate: (metadata) => authenticator.authenticate(metadata.get('authorization')),
    checkStream(principal, action, streamName) {
      if (!anonymous.toStreams) checkKnown(principal)
      const question = aclQuestion(action, streamName)
      if (question === undefined) throw accessDenied()
      const { acl } = store.states.view(question.streamName).metadata
      if (!isAllowed(principal, question, acl, defaults())) throw accessDenied()
    },
    checkAuthenticated(principal) {
      if (!anonymous.toEndpoints) checkKnown(principal)
    },
    checkGossip(principal) {
      if (!anonymous.toGossip && !anonymous.toEndpoints) checkKnown(principal)
    },
    checkOperator(principal) {
      if (!isOperator(principal)) throw accessDenied()
    },
  }
}

function checkKnown({ name }: Principal): void {
  if (name === undefined) throw accessDenied()
}
