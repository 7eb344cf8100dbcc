import { AppendAbandoned, EventStoreUnavailable } from '../infrastructure/event-store/index.ts'
import { TryAgain } from './outcome.ts'

/** What a caller is told of a failure: one that passes by itself is a retryable refusal. */
export function asFailure(error: unknown): Error {
  if (error instanceof EventStoreUnavailable) {
    return new TryAgain('UNAVAILABLE', 1_000, { cause: error })
  }
  if (error instanceof AppendAbandoned) {
    return new TryAgain('OUTCOME_UNKNOWN', 1_000, { cause: error })
  }
  return error instanceof Error ? error : new Error('a command failed', { cause: error })
}
