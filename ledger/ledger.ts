import type { AccountCommand } from '../domain/index.ts'
import type { Outcome } from './outcome.ts'

/** Who sends a command, for the event's metadata. */
export interface CommandOrigin {
  /** Such as operator:site or provider:acme. */
  readonly actor: string
  /** Groups what one request caused. */
  readonly correlationId: string
}

export interface Ledger {
  /**
   * Decides a command and makes its events durable.
   *
   * Commands for one account are decided in the order they come in; the answer leaves only after the
   * append is durable. Sent again with the same transaction, it has no second effect.
   *
   * @throws TryAgain when nothing is known against sending the same command again
   */
  execute(command: AccountCommand, origin: CommandOrigin): Promise<Outcome>

  /** Refuses new commands, and waits until those under way have their outcome, `graceMs` at most. */
  close(graceMs: number): Promise<void>
}
