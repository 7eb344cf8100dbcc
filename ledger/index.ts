/** The face of the ledger: the one way by which anything is appended. */
export type { ArchiveReader } from './archive.ts'
export { playerIdFor } from './ids.ts'
export type { LedgerBounds, LedgerOptions } from './account-ledger.ts'
export { createLedger, defaultBounds } from './account-ledger.ts'
export type { CommandOrigin, Ledger } from './ledger.ts'
export type { Accepted, AccountBalance, Outcome, Rejected, TryAgainReason } from './outcome.ts'
export { TryAgain } from './outcome.ts'
