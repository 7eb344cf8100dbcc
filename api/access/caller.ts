/** Who may call the API. */
export const roles = ['operator', 'provider', 'analyst', 'regulator'] as const
export type Role = (typeof roles)[number]

/** The holder of a token. */
export interface Caller {
  readonly role: Role
  readonly name: string
}

/** How a caller stands in transaction keys and in the metadata of events: `provider:acme`. */
export function partyOf({ role, name }: Caller): string {
  return `${role}:${name}`
}
