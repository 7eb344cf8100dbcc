import type { Connection } from '../connection.ts'
import type { EventStoreLog } from '../log.ts'
import type { AppendAttempt } from './append-attempt.ts'
import { AppendLine, type LineFailure } from './append-line.ts'

/** The append line of the current client, and those before it that still wait for answers. */
export class AppendLines {
  readonly #connection: Connection
  readonly #timeoutMs: number
  readonly #log: EventStoreLog
  readonly #lines = new Set<AppendLine>()
  #current: AppendLine | undefined
  #unknownReplies = 0

  /** `timeoutMs`: how long one attempt may take before it counts as lost. */
  constructor(connection: Connection, timeoutMs: number, log: EventStoreLog) {
    this.#connection = connection
    this.#timeoutMs = timeoutMs
    this.#log = log
  }

  /** Replies to appends that were not, or no longer, waited for; they were dropped. */
  get unknownReplies(): number {
    return this.#unknownReplies
  }

  send(attempt: AppendAttempt): void {
    this.#current ??= this.#open()
    this.#current.send(attempt)
  }

  close(): void {
    for (const line of this.#lines) line.close()
    this.#lines.clear()
  }

  #open(): AppendLine {
    for (const line of this.#lines) if (line.inFlight === 0) this.#lines.delete(line)
    const client = this.#connection.current()
    const line = new AppendLine({
      client,
      timeoutMs: this.#timeoutMs,
      log: this.#log,
      onUnknownReply: () => {
        this.#unknownReplies += 1
      },
      onFailed: ({ leader, carriesOn }: LineFailure) => {
        if (this.#current === line) this.#current = undefined
        if (carriesOn) this.#connection.replace(client, leader)
        else {
          this.#lines.delete(line)
          this.#connection.replaceAndCancel(client, leader)
        }
      },
    })
    this.#lines.add(line)
    return line
  }
}
