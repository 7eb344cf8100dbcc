import { batchAppendRequests, type AppendDeadline } from '../codec/batch-append-request.ts'
import {
  readBatchAppendResponse,
  type BatchAppendResponse,
} from '../codec/batch-append-response.ts'
import type { BatchAppendCall } from '../streams-client.ts'
import type { AppendAttempt } from './append-attempt.ts'
import type { AppendTransport, TransportEvents } from './append-transport.ts'

/**
 * The one BatchAppend stream that carries all appends of a client at the same time. While the
 * server takes no more, requests wait in the call's buffer; the gate bounds what can be there.
 */
export class BatchAppendStream implements AppendTransport {
  readonly #call: BatchAppendCall
  readonly #deadline: () => AppendDeadline
  readonly #events: TransportEvents

  constructor(call: BatchAppendCall, deadline: () => AppendDeadline, events: TransportEvents) {
    this.#call = call
    this.#deadline = deadline
    this.#events = events
    call.on('data', (bytes: Buffer) => {
      this.#receive(bytes)
    })
    call.on('error', (error) => {
      events.failed(error)
    })
    // An append stream has no end of its own.
    call.on('end', () => {
      events.failed(new Error('the server ended the append stream'))
    })
    call.on('close', () => {
      events.failed(new Error('the append stream was closed'))
    })
  }

  get isBlocked(): boolean {
    return this.#call.writableNeedDrain
  }

  send(correlationId: string, { target, proposed }: AppendAttempt): void {
    const requests = batchAppendRequests(correlationId, target, this.#deadline(), proposed.batches)
    for (const request of requests) this.#call.write(request)
  }

  cancel(): void {
    this.#call.cancel()
  }

  #receive(bytes: Buffer): void {
    let response: BatchAppendResponse
    try {
      response = readBatchAppendResponse(bytes)
    } catch (malformed) {
      // Whose answer it was cannot be known: none on this stream can be waited for any longer.
      this.#events.failed(malformed)
      return
    }
    this.#events.answered(response.correlationId, response.outcome)
  }
}
