import { createHash } from 'node:crypto'
import { v5 } from 'uuid'
import {
  type Account,
  type AccountCommand,
  type AccountEvent,
  type ArchiveQuestion,
  archiveQuestion,
  type Context,
  decide,
  emptyAccount,
  emptyArchive,
  evolve,
  type Rejection,
  type Replay,
  type Result,
  type TransactionKey,
} from '../../domain/index.ts'
import { ArchiveOfEvents } from './archive-of-events.ts'

/**
 * The account's specification as a sentence; what `expect` says is the "then":
 *
 *     expect(given(...history(registration(), deposit('d1', 500n))).when(bet('b1', 501n)))
 *       .toStrictEqual(reject('INSUFFICIENT_FUNDS', { ... }))
 */
export function given(...events: readonly AccountEvent[]) {
  const played = new PlayedAccount(events)
  return {
    /** The decision: events, a replay or a rejection. */
    when: (command: AccountCommand, circumstances?: Circumstances): Decision =>
      played.decide(command, circumstances),
    account: played.account,
  }
}

/**
 * The events of commands that are all accepted, one after the other.
 * @throws Error naming the command that is not
 */
export function history(...commands: readonly AccountCommand[]): readonly AccountEvent[] {
  const played = new PlayedAccount()
  for (const command of commands) {
    const decision = played.execute(command)
    if (isAccepted(decision)) continue
    const reason = 'rejected' in decision ? decision.code : 'it is a repetition'
    throw new Error(`${command.type} ${command.transaction.id} was not accepted: ${reason}`)
  }
  return played.events
}

export type Decision = readonly AccountEvent[] | Replay | Rejection

/** What a decision depends on beside account and command, where a test cares. */
export interface Circumstances {
  readonly playerMayCancel?: boolean
}

export function isAccepted(decision: Decision): decision is readonly AccountEvent[] {
  return Array.isArray(decision)
}

/** An account on which commands are executed as the ledger does it, with an archive for old ids. */
export class PlayedAccount {
  readonly archive = new ArchiveOfEvents()
  readonly #events: AccountEvent[] = []
  #account = emptyAccount

  constructor(events: readonly AccountEvent[] = []) {
    this.#append(events)
  }

  get account(): Account {
    return this.#account
  }

  get events(): readonly AccountEvent[] {
    return this.#events
  }

  question(command: AccountCommand): ArchiveQuestion | undefined {
    return archiveQuestion(this.#account, command)
  }

  /** Decides, and changes nothing. */
  decide(command: AccountCommand, circumstances: Circumstances = {}): Decision {
    const question = this.question(command)
    const archive = question === undefined ? emptyArchive : this.archive.answer(question)
    return decide(this.#account, command, { ...contextOf(command, circumstances), archive })
  }

  /** Decides, and appends the events when it is accepted. */
  execute(command: AccountCommand): Decision {
    const decision = this.decide(command)
    if (isAccepted(decision)) this.#append(decision)
    return decision
  }

  #append(events: readonly AccountEvent[]): void {
    for (const event of events) {
      this.#account = evolve(this.#account, event)
      this.archive.record(event)
      this.#events.push(event)
    }
  }
}

function contextOf(
  command: AccountCommand,
  { playerMayCancel = true }: Circumstances,
): Omit<Context, 'archive'> {
  return {
    transaction: { ...command.transaction, digest: digestOf(command) },
    id: idFrom(command.transaction),
    rules: {
      jurisdiction: playerMayCancel ? 'MT' : 'GB',
      market: 'a market',
      source: 'a test',
      asOf: '2025-01-01',
      withdrawals: { playerMayCancel },
    },
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
  return { replayed: { result, balance: { cash, held } } }
}
