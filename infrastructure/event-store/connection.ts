import { openClient, type GuardedClient } from './guarded-client.ts'
import type { EventStoreLog } from './log.ts'

/** The current client to the server; a client that failed is replaced by the next one. */
export class Connection {
  readonly #connectionString: string
  readonly #log: EventStoreLog
  #client: GuardedClient

  /** @throws TypeError when the connection string is malformed */
  constructor(connectionString: string, log: EventStoreLog) {
    this.#connectionString = connectionString
    this.#log = log
    this.#client = openClient(connectionString, log)
  }

  current(): GuardedClient {
    return this.#client
  }

  /** Replaces a client that failed; its other calls go on. Does nothing if it was replaced before. */
  replace(failed: GuardedClient): void {
    if (this.#takeTurns(failed)) failed.retire()
  }

  /** Replaces a client that failed and cancels all its calls. Does nothing if it was replaced before. */
  replaceAndCancel(failed: GuardedClient): void {
    if (this.#takeTurns(failed)) void failed.shutDown()
  }

  async close(): Promise<void> {
    await this.#client.shutDown()
  }

  #takeTurns(failed: GuardedClient): boolean {
    if (failed !== this.#client) return false
    this.#client = openClient(this.#connectionString, this.#log)
    return true
  }
}
