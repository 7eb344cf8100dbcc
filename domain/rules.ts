/** What a market's regulator demands, as data. One file per market stands in compliance/jurisdictions. */
export interface JurisdictionRules {
  readonly jurisdiction: JurisdictionCode
  /** Name of the market, for people. */
  readonly market: string
  /** The rule book, and the day it was read (ISO 8601). */
  readonly source: string
  readonly asOf: string
  readonly withdrawals: {
    /** Whether a player may take a withdrawal back while it is pending (UK RTS 14B forbids it). */
    readonly playerMayCancel: boolean
  }
}

/** Markets by ISO 3166-1 code. */
export const jurisdictionCodes = ['GB', 'MT'] as const
export type JurisdictionCode = (typeof jurisdictionCodes)[number]
