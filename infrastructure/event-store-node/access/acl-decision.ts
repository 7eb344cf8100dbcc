import { ADMINS_ONLY, type AclAction, type StreamAcl } from '../storage/stream-acl.ts'
import type { StreamAction } from './access.ts'
import type { Principal } from './principal.ts'

export const EVERYBODY = '$all'
const ADMINS = '$admins'
const OPERATORS = '$ops'

/** What holds for streams without an access list of their own. */
export interface DefaultAcls {
  readonly userStreams: StreamAcl | undefined
  readonly systemStreams: StreamAcl | undefined
}

/** What is asked for, once a metastream is taken as the metadata of its stream. */
export interface AclQuestion {
  readonly action: AclAction
  /** The stream whose access list decides. */
  readonly streamName: string
}

const FOR_EVERYBODY: StreamAcl = {
  read: [EVERYBODY],
  write: [EVERYBODY],
  delete: [EVERYBODY],
  metaRead: [EVERYBODY],
  metaWrite: [EVERYBODY],
}

/** The question behind a call, or undefined for what nobody may do, admins neither. */
export function aclQuestion(action: StreamAction, streamName: string): AclQuestion | undefined {
  if (streamName === '$all') return action === 'read' ? { action, streamName } : undefined
  if (!streamName.startsWith('$$')) return { action, streamName }
  const owner = streamName.slice(2)
  if (action === 'delete' || owner === '') return undefined
  return { action: action === 'read' ? 'metaRead' : 'metaWrite', streamName: owner }
}

/**
 * Whether somebody may do it: by the stream's own list, else by the store's default for its kind,
 * else by EventStoreDB's (user streams for everybody, system streams and `$all` for admins).
 */
export function isAllowed(
  principal: Principal,
  { action, streamName }: AclQuestion,
  streamAcl: StreamAcl | undefined,
  defaults: DefaultAcls,
): boolean {
  if (isAdmin(principal)) return true
  const isSystem = streamName.startsWith('$')
  const system = isSystem ? defaults.systemStreams : defaults.userStreams
  const builtIn = isSystem ? ADMINS_ONLY : FOR_EVERYBODY
  const roles = streamAcl?.[action] ?? system?.[action] ?? builtIn[action] ?? []
  return roles.some((role) => role === EVERYBODY || hasRole(principal, role))
}

/** Admins may do everything; the user of the name `admin` is one, as on an EventStoreDB. */
export function isAdmin(principal: Principal): boolean {
  return principal.name === 'admin' || principal.groups.includes(ADMINS)
}

export function isOperator(principal: Principal): boolean {
  return isAdmin(principal) || principal.name === 'ops' || principal.groups.includes(OPERATORS)
}

function hasRole({ name, groups }: Principal, role: string): boolean {
  return name === role || groups.includes(role)
}
