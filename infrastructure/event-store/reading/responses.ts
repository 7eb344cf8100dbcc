import { readReadResponse, type ReadResponse } from '../codec/read-response.ts'
import type { ReadCall, StreamsClient } from '../streams-client.ts'
import { unlessAborted, within } from '../waiting.ts'
import { Pull } from './pull.ts'

/** The answer to a read or a subscription, message by message as they are asked for. */
export class Responses {
  readonly #call: ReadCall
  readonly #messages: Pull<Buffer>

  private constructor(call: ReadCall, signal: AbortSignal) {
    this.#call = call
    this.#messages = new Pull<Buffer>(call, signal)
  }

  /** Starts the call; throws when that takes longer than `timeoutMs`, or the signal aborts. */
  static async open(
    client: StreamsClient,
    request: Buffer,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<Responses> {
    const opening = client.read(request)
    try {
      return new Responses(await within(timeoutMs, unlessAborted(opening, signal)), signal)
    } catch (error) {
      // Whether and why it fails has been told; if it still opens, nobody wants it any more.
      opening.then(
        (call) => {
          call.cancel()
        },
        () => undefined,
      )
      throw error
    }
  }

  /** The next message, if it is here. Throws the signal's reason when that has aborted. */
  take(): ReadResponse | undefined {
    const message = this.#messages.take()
    return message === undefined ? undefined : readReadResponse(message)
  }

  /** Waits for the next message; false at the end. Throws as `Pull` does. */
  more(timeoutMs: number): Promise<boolean> {
    return this.#messages.more(timeoutMs)
  }

  /** Cancels the call on the server, if it still goes on. */
  release(): void {
    this.#messages.release()
    this.#call.cancel()
  }
}
