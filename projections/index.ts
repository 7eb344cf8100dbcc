import { archive } from './archive.ts'
import { balances } from './balances.ts'
import { gameHistory } from './game-history.ts'
import { ledgerEntries } from './ledger-entries.ts'
import type { Projector } from './projector.ts'

/** The face of the projections: the read models, what keeps them up to date, and how to query them. */
export { type ArchiveReader, createArchiveReader } from './archive-reader.ts'
export { readAccount } from './balances-queries.ts'
export {
  readRound,
  readRounds,
  readRoundTransactions,
  type RoundName,
  type RoundsKey,
} from './game-history-queries.ts'
export { type Page, PAGE_LENGTH_MAX, type PageRequest } from './keyset-page.ts'
export {
  readStatement,
  readTrialBalance,
  type StatementKey,
  type TrialBalanceLine,
} from './ledger-entries-queries.ts'
export { ImpossibleEvent, type ProjectedEvent, type Projector } from './projector.ts'
export { ProjectorVersionMismatch } from './runner/checkpoints.ts'
export { ForeignHistory } from './runner/history.ts'
export { type Projections, type ProjectionsOptions, startProjections } from './runner/runner.ts'
export type { ProjectorState, ProjectorStatus, StopReason } from './runner/seat.ts'
export {
  type BalanceRow,
  type LedgerEntryRow,
  type RoundRow,
  type RoundStatus,
  roundStatuses,
  type RoundTransactionRow,
  type Schema,
} from './schema.ts'
export { PositionNotReached, waitForPosition } from './wait-for-position.ts'

/** All read models. A name of one is also what `waitForPosition` takes. */
export const projectors: readonly Projector[] = [balances, ledgerEntries, gameHistory, archive]
