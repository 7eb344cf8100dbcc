/** The accounts of a player in the ledger. */
export type PlayerAccount = 'player:cash' | 'player:held'

/** What a reconciliation may find wrong. Amounts are minor units. */
export type Discrepancy =
  /** The entries of a currency do not sum to zero. */
  | {
      readonly name: 'TRIAL_BALANCE_NOT_ZERO'
      readonly currency: string
      readonly total: bigint
    }
  /** The stored balance is not that of the account's events up to the stored revision. */
  | {
      readonly name: 'BALANCE_DIFFERS'
      readonly playerId: string
      readonly account: PlayerAccount
      readonly stored: bigint
      readonly fromEvents: bigint
    }
  /** A player's ledger entries do not sum to the balance that the events lead to. */
  | {
      readonly name: 'LEDGER_ENTRIES_DIFFER'
      readonly playerId: string
      readonly account: PlayerAccount
      readonly stored: bigint
      readonly fromEvents: bigint
    }
  /** A player was registered, and the read model has no account. */
  | { readonly name: 'ACCOUNT_MISSING'; readonly playerId: string }
  /** The read model knows more of an account than there are events. */
  | {
      readonly name: 'EVENTS_MISSING'
      readonly playerId: string
      readonly storedRevision: bigint
      /** Of the last event; -1 when there is none. */
      readonly lastRevision: bigint
    }
  /** There are entries of a player who has no account. */
  | { readonly name: 'ENTRIES_WITHOUT_ACCOUNT'; readonly playerId: string }
  /** An event's balances do not follow from those before it and from what it moves. */
  | {
      readonly name: 'EVENT_BALANCES_BROKEN'
      readonly playerId: string
      readonly revision: bigint
    }
  /**
   * An event that is broken inside, or that this release does not understand; nothing after it was
   * checked in its account.
   */
  | {
      readonly name: 'EVENT_UNREADABLE'
      readonly playerId: string
      readonly revision: bigint
      readonly reason: string
    }
