import { openClient, type Endpoint, type StreamsClient } from './streams-client.ts'

/**
 * The current client to the server. One that failed is followed by the next, which is opened when
 * it is first asked for.
 */
export class Connection {
  readonly #connectionString: string
  #client: StreamsClient | undefined
  /** Where the next client connects to; undefined for where the connection string leads. */
  #endpoint: Endpoint | undefined
  #isClosed = false

  /** @throws TypeError when the connection string is malformed, or a file that it names is missing */
  constructor(connectionString: string) {
    this.#connectionString = connectionString
    this.#client = openClient(connectionString)
  }

  /**
   * The client to use now. While none can be opened (a certificate's file is being replaced, there
   * are no file descriptors left), all calls of the one it gives fail, and the next time it is tried
   * again: whoever asks comes back after a pause, as after any other failure.
   */
  current(): StreamsClient {
    if (this.#client) return this.#client
    if (this.#isClosed) return clientThatFails(new Error('the event store was closed'))
    try {
      this.#client = openClient(this.#connectionString, this.#endpoint)
      return this.#client
    } catch (error) {
      return clientThatFails(error)
    }
  }

  /**
   * Replaces a client that failed; its other calls go on. The next one connects to the endpoint, if
   * one is given. Does nothing if it was replaced before.
   */
  replace(failed: StreamsClient, endpoint?: Endpoint): void {
    if (this.#dismiss(failed, endpoint)) failed.retire()
  }

  /** The same, and cancels all calls of the client that failed. */
  replaceAndCancel(failed: StreamsClient, endpoint?: Endpoint): void {
    if (this.#dismiss(failed, endpoint)) void failed.shutDown()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#client?.shutDown()
  }

  #dismiss(failed: StreamsClient, endpoint: Endpoint | undefined): boolean {
    if (failed !== this.#client) return false
    this.#client = undefined
    this.#endpoint = endpoint
    return true
  }
}

/** Stands in for a client that could not be opened: whatever is asked of it fails with the cause. */
function clientThatFails(cause: unknown): StreamsClient {
  const reason = cause instanceof Error ? cause : new Error(String(cause))
  const fail = () => Promise.reject(reason)
  return {
    appendSupport: fail,
    batchAppend: fail,
    append: fail,
    read: fail,
    retire: () => undefined,
    shutDown: () => Promise.resolve(),
  }
}
