import type {
  BalanceRow,
  LedgerEntryRow,
  RoundRow,
  RoundTransactionRow,
} from '../../projections/schema.ts'
import type { LedgerAccount } from '../../domain/index.ts'
import type { PageWish } from './page.ts'

/** What queries ask of the read models. */
export interface Reads {
  player(playerId: string): Promise<BalanceRow | undefined>
  statement(playerId: string, page: PageWish): Promise<readonly LedgerEntryRow[]>
  rounds(wish: RoundsWish, page: PageWish): Promise<readonly RoundRow[]>
  round(playerId: string, provider: string, roundId: string): Promise<RoundRow | undefined>
  roundTransactions(round: RoundRow, page: PageWish): Promise<readonly RoundTransactionRow[]>
  trialBalance(): Promise<readonly TrialBalanceRow[]>
  projections(): Promise<readonly ProjectionRow[]>
  /** Whether the read models reach the position in time. */
  reached(position: bigint): Promise<boolean>
}

export interface RoundsWish {
  readonly playerId?: string | undefined
  readonly provider?: string | undefined
}

export interface TrialBalanceRow {
  readonly account: LedgerAccount
  readonly currency: string
  readonly sum: bigint
}

export interface ProjectionRow {
  readonly name: string
  readonly version: number
  readonly position: bigint | null
}
