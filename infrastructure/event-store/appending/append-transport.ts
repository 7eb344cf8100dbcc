import type { AppendOutcome } from '../codec/append-outcome.ts'
import type { AppendAttempt } from './append-attempt.ts'

/** A way of bringing attempts to the server: the stream BatchAppend, or a call of Append each. */
export interface AppendTransport {
  /** The server takes no more for now, so that attempts wait in the client. */
  readonly isBlocked: boolean
  send(correlationId: string, attempt: AppendAttempt): void
  /** Cancels all its calls. */
  cancel(): void
}

/** What a transport tells. */
export interface TransportEvents {
  answered(correlationId: string, outcome: AppendOutcome): void
  /** The call that carried this attempt alone has failed. */
  callFailed(correlationId: string, error: unknown): void
  /** The transport carries nothing more; whatever it carried has no answer. */
  failed(error: unknown): void
}
