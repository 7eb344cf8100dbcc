/** The running check that the read models say what the events say. */
export type { Discrepancy, PlayerAccount } from './discrepancy.ts'
export { reconcile, type ReconciliationReport, type ReconciliationSources } from './reconcile.ts'
