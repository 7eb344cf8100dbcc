import type { ProcessLogger } from '../../infrastructure/processes/index.ts'
import type { ProgressStream } from './progress.ts'

/** What to simulate, and where. */
export interface SimulationOptions {
  readonly seed: number
  readonly players: number
  readonly rounds: number
  /** Players who play at the same time. */
  readonly concurrency: number
  /** Processes killed, in all; only with a stack of the simulation's own. */
  readonly kill: number
  /** A stack that runs already; the simulation starts its own when absent. */
  readonly existing?: ExistingStack
  /** Ends the simulation before its time. */
  readonly signal: AbortSignal
  /** Where the progress line goes. */
  readonly progressTo: ProgressStream
  /** Where word of the processes goes. */
  readonly logger: ProcessLogger
  /** Called between the day and the audit, for tests that plant faults. */
  readonly beforeAudit?: (stack: AuditedStack) => Promise<void>
}

/** Where the auditor looks. */
export interface AuditedStack {
  readonly url: string
  readonly eventStoreUrl: string
  readonly databaseUrl: string
}

export interface ExistingStack extends AuditedStack {
  /** Tokens of those who call: a JSON array of role, name and token. */
  readonly tokensFile: string
}
