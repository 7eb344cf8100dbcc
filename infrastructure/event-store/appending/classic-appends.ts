import { once } from 'node:events'
import type { AppendOutcome } from '../codec/append-outcome.ts'
import { classicAppendRequests, readClassicAppendResponse } from '../codec/classic-append.ts'
import type { AppendCall, StreamsClient } from '../streams-client.ts'
import type { AppendAttempt } from './append-attempt.ts'
import type { AppendTransport, TransportEvents } from './append-transport.ts'

/** A call of Append for each attempt, for servers that have no BatchAppend (before 21.6). */
export class ClassicAppends implements AppendTransport {
  readonly isBlocked = false
  readonly #client: StreamsClient
  readonly #timeoutMs: number
  readonly #events: TransportEvents
  readonly #calls = new Set<AppendCall>()

  constructor(client: StreamsClient, timeoutMs: number, events: TransportEvents) {
    this.#client = client
    this.#timeoutMs = timeoutMs
    this.#events = events
  }

  send(correlationId: string, attempt: AppendAttempt): void {
    this.#call(correlationId, attempt).catch((error: unknown) => {
      this.#events.callFailed(correlationId, error)
    })
  }

  cancel(): void {
    for (const call of this.#calls) call.cancel()
  }

  async #call(correlationId: string, { target, proposed }: AppendAttempt): Promise<void> {
    const call = await this.#client.append(this.#timeoutMs, (error, response) => {
      this.#answer(correlationId, error, response)
    })
    this.#calls.add(call)
    call.on('close', () => this.#calls.delete(call))
    call.on('status', () => this.#calls.delete(call))
    for (const request of classicAppendRequests(target, proposed.batches)) {
      if (call.destroyed) return
      if (!call.write(request)) await once(call, 'drain')
    }
    call.end()
  }

  #answer(correlationId: string, error: unknown, response: Buffer | undefined): void {
    if (error !== null || response === undefined) {
      this.#events.callFailed(correlationId, error)
      return
    }
    let outcome: AppendOutcome
    try {
      outcome = readClassicAppendResponse(response)
    } catch (malformed) {
      this.#events.callFailed(correlationId, malformed)
      return
    }
    this.#events.answered(correlationId, outcome)
  }
}
