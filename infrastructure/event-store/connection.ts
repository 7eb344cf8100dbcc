import { openClient, type Endpoint, type StreamsClient } from './streams-client.ts'

/** The current client to the server; a client that failed is replaced by the next one. */
export class Connection {
  readonly #connectionString: string
  #client: StreamsClient

  /** @throws TypeError when the connection string is malformed */
  constructor(connectionString: string) {
    this.#connectionString = connectionString
    this.#client = openClient(connectionString)
  }

  current(): StreamsClient {
    return this.#client
  }

  /**
   * Replaces a client that failed; its other calls go on. The next one connects to the endpoint, if
   * one is given. Does nothing if it was replaced before.
   */
  replace(failed: StreamsClient, endpoint?: Endpoint): void {
    if (this.#takeTurns(failed, endpoint)) failed.retire()
  }

  /** The same, and cancels all calls of the client that failed. */
  replaceAndCancel(failed: StreamsClient, endpoint?: Endpoint): void {
    if (this.#takeTurns(failed, endpoint)) void failed.shutDown()
  }

  async close(): Promise<void> {
    await this.#client.shutDown()
  }

  #takeTurns(failed: StreamsClient, endpoint: Endpoint | undefined): boolean {
    if (failed !== this.#client) return false
    this.#client = openClient(this.#connectionString, endpoint)
    return true
  }
}
