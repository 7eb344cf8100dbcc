import type { AppendOutcome } from '../codec/append-outcome.ts'
import type { AppendTarget } from '../codec/append-options.ts'
import type { ProposedEvents } from '../proposed-events.ts'

/** One try at an append. */
export interface AppendAttempt {
  readonly target: AppendTarget
  readonly proposed: ProposedEvents
  /** Called once, with what became of it. */
  settle(outcome: AppendOutcome): void
}
