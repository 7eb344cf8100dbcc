import type { Store } from '../storage/store.ts'
import { accessDenied } from '../wire/rpc-error.ts'
import type { Access, StreamAction } from './access.ts'
import { aclQuestion, isAllowed, isOperator } from './acl-decision.ts'
import type { Authenticator } from './authenticator.ts'
import { callerAddressIn } from './caller-address.ts'
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
  const mayDo = (principal: Principal, action: StreamAction, streamName: string): boolean => {
    if (!anonymous.toStreams && principal.name === undefined) return false
    const question = aclQuestion(action, streamName)
    if (question === undefined) return false
    const { acl } = store.states.view(question.streamName).metadata
    return isAllowed(principal, question, acl, defaults())
  }
  return {
    authenticate: (metadata) =>
      authenticator.authenticate(metadata.get('authorization'), callerAddressIn(metadata)),
    checkStream(principal, action, streamName) {
      if (!mayDo(principal, action, streamName)) throw accessDenied()
    },
    mayRead: (principal, streamName) => mayDo(principal, 'read', streamName),
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
