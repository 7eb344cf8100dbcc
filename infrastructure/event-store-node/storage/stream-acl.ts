/** What one may be allowed to do with a stream. */
export type AclAction = 'read' | 'write' | 'delete' | 'metaRead' | 'metaWrite'

/** Names of the users and groups that may do it; an action left out is for others to decide. */
export type StreamAcl = Readonly<Partial<Record<AclAction, readonly string[]>>>

const KEYS: readonly (readonly [key: string, action: AclAction])[] = [
  ['$r', 'read'],
  ['$w', 'write'],
  ['$d', 'delete'],
  ['$mr', 'metaRead'],
  ['$mw', 'metaWrite'],
]
const NOBODY: readonly string[] = []
/** Only admins, whom no list keeps out. */
export const ADMINS_ONLY: StreamAcl = {
  read: NOBODY,
  write: NOBODY,
  delete: NOBODY,
  metaRead: NOBODY,
  metaWrite: NOBODY,
}
/** Lists are kept in memory with what else is known of a stream. */
const ROLES_MAX = 100
const ROLE_LENGTH_MAX = 256

/**
 * Reads an access list: an object with `$r`, `$w`, `$d`, `$mr`, `$mw`, each a name or an array of
 * names; or the name of a default. What cannot be understood lets nobody but admins in.
 */
export function parseAcl(value: unknown): StreamAcl | undefined {
  if (value === undefined || value === null || value === '$userStreamAcl') return undefined
  if (typeof value !== 'object' || Array.isArray(value)) return ADMINS_ONLY
  const fields = value as Readonly<Record<string, unknown>>
  const given = KEYS.filter(([key]) => fields[key] !== undefined && fields[key] !== null)
  return Object.fromEntries(given.map(([key, action]) => [action, parseRoles(fields[key])]))
}

function parseRoles(value: unknown): readonly string[] {
  const roles: unknown[] = Array.isArray(value) ? value : [value]
  return roles.length <= ROLES_MAX && roles.every(isRole) ? roles : NOBODY
}

function isRole(value: unknown): value is string {
  return typeof value === 'string' && value.length <= ROLE_LENGTH_MAX
}
