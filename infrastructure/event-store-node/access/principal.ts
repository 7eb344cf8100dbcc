/** Who makes a call. */
export interface Principal {
  /** Undefined for somebody who has not said who they are. */
  readonly name: string | undefined
  readonly groups: readonly string[]
}

export const ANONYMOUS: Principal = { name: undefined, groups: [] }
