import { createHash } from 'node:crypto'
import { v5 } from 'uuid'
import {
  type Account,
  type AccountCommand,
  type AccountEvent,
  type Answer,
  type Archive,
  type Context,
  decide,
  emptyArchive,
  evolve,
  fold,
  type Rejection,
  type Replay,
  type Result,
  type TransactionKey,
} from '../../domain/index.ts'

/**
 * The account's specification as a sentence; what `expect` says is the "then":
 *
 *     expect(given(...history(registration(), deposit('d1', 500n))).when(bet('b1', 501n)))
 *       .toStrictEqual(reject('INSUFFICIENT_FUNDS', { ... }))
 */
export function given(...events: readonly AccountEvent[]) {
  const account = fold(events)
  return {
    /** The decision: events, a replay or a rejection. */
    when: (command: AccountCommand, circumstances: Circumstances = {}): Decision =>
      decide(account, command, contextOf(command, circumstances)),
    account,
  }
}

export type Decision = readonly AccountEvent[] | Replay | Rejection

/** What a decision depends on beside account and command, where a test cares. */
export interface Circumstances {
  readonly playerMayCancel?: boolean
  readonly archive?: Archive
}

/**
 * The events of commands that are all accepted, one after the other.
 * @throws Error naming the command that is not
 */
export function history(...commands: readonly AccountCommand[]): readonly AccountEvent[] {
  let account = fold([])
  return commands.flatMap((command) => {
    const events = accepted(account, command)
    account = fold(events, account)
    return events
  })
}

/**
 * The events a command brings about on an account.
 * @throws Error when it is refused or repeated
 */
export function accepted(account: Account, command: AccountCommand): readonly AccountEvent[] {
  const decision = decide(account, command, contextOf(command))
  if (isAccepted(decision)) return decision
  const reason = 'rejected' in decision ? decision.code : 'REPLAYED'
  throw new Error(`${command.type} ${command.transaction.id} was not accepted: ${reason}`)
}

export function isAccepted(decision: Decision): decision is readonly AccountEvent[] {
  return Array.isArray(decision)
}

/** What the ledger passes to a decision on this command. */
export function contextOf(command: AccountCommand, circumstances: Circumstances = {}): Context {
  const { playerMayCancel = true, archive = emptyArchive } = circumstances
  return {
    transaction: { ...command.transaction, digest: digestOf(command) },
    id: idFrom(command.transaction),
    rules: {
      jurisdiction: 'MT',
      market: 'Malta',
      source: 'a test',
      asOf: '2025-01-01',
      withdrawals: { playerMayCancel },
    },
    archive,
  }
}

/** The id of the session or withdrawal that the command with this transaction creates. */
export function idFrom({ issuer, id }: TransactionKey): string {
  return v5(`${issuer} ${id}`, v5.URL)
}

/** Differs when anything but the transaction differs. */
export function digestOf({ type, playerId, data }: AccountCommand): string {
  const content = JSON.stringify([type, playerId, data], (_key, value: unknown) =>
    typeof value === 'bigint' ? `${value}n` : value,
  )
  return createHash('sha256').update(content).digest('hex')
}

/** The answer a repetition gets. */
export function replayOf(result: Result, cash: bigint, held = 0n): Replay {
  const replayed: Answer = { result, balance: { cash, held } }
  return { replayed }
}

/** The account after every event of a history, oldest first. */
export function statesOf(events: readonly AccountEvent[]): readonly Account[] {
  let account = fold([])
  return events.map((event) => (account = evolve(account, event)))
}
