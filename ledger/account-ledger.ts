import { accountStream, type AccountCommand } from '../domain/index.ts'
import type { EventStore, NewEvent } from '../infrastructure/event-store/index.ts'
import { Accounts, type LoadedAccount } from './accounts.ts'
import { AccountQueue, type Load, type Waiting } from './account-queue.ts'
import { asFailure } from './failure.ts'
import { decideGroup, type Deciding, type Verdict } from './decide-group.ts'
import { claimPayment } from './payments.ts'
import type { CommandOrigin, Ledger } from './ledger.ts'
import { type Outcome, TryAgain } from './outcome.ts'

export interface LedgerBounds {
  /** Commands that may wait or be under way for one account, and in all. */
  readonly waitingPerAccountMax: number
  readonly waitingMax: number
  /** Commands decided together. */
  readonly groupLengthMax: number
  /** A caller waits no longer for an answer. */
  readonly answerTimeoutMs: number
  /** Appends tried for one group when other writers keep winning. */
  readonly conflictsMax: number
  readonly cacheBytesMax: number
}

export const defaultBounds: LedgerBounds = {
  waitingPerAccountMax: 128,
  waitingMax: 20_000,
  groupLengthMax: 64,
  answerTimeoutMs: 20_000,
  conflictsMax: 100,
  cacheBytesMax: 512 * 1024 * 1024,
}

export interface LedgerOptions extends Omit<Deciding, 'claimPayment'> {
  readonly eventStore: EventStore
  readonly bounds?: Partial<LedgerBounds>
}

/** Makes the ledger over an event store. */
export function createLedger(options: LedgerOptions): Ledger {
  return new AccountLedger(options)
}

class AccountLedger implements Ledger {
  readonly #eventStore: EventStore
  readonly #deciding: Deciding
  readonly #bounds: LedgerBounds
  readonly #accounts: Accounts
  readonly #queues = new Map<string, AccountQueue>()
  readonly #draining = new Set<Promise<void>>()
  readonly #load: Load = { count: 0 }
  #closed = false

  constructor({ eventStore, bounds, ...deciding }: LedgerOptions) {
    this.#eventStore = eventStore
    this.#deciding = {
      ...deciding,
      claimPayment: (claim) => claimPayment(eventStore, claim),
    }
    this.#bounds = { ...defaultBounds, ...bounds }
    this.#accounts = new Accounts(eventStore, this.#bounds.cacheBytesMax)
  }

  async execute(command: AccountCommand, origin: CommandOrigin): Promise<Outcome> {
    if (this.#closed) throw new TryAgain('STOPPING', 1_000)
    if (this.#load.count >= this.#bounds.waitingMax) throw new TryAgain('BUSY', 500)
    const queue = this.#queueOf(command.playerId)
    if (queue.length >= this.#bounds.waitingPerAccountMax) throw new TryAgain('BUSY', 500)

    const outcome = queue.wait({ command, origin }, this.#bounds.answerTimeoutMs)
    this.#drain(command.playerId, queue)
    return outcome
  }

  async close(graceMs: number): Promise<void> {
    this.#closed = true
    let timer: NodeJS.Timeout | undefined
    const graceOver = new Promise((resolve) => {
      timer = setTimeout(resolve, graceMs)
    })
    await Promise.race([Promise.allSettled(this.#draining), graceOver])
    clearTimeout(timer)
  }

  #queueOf(playerId: string): AccountQueue {
    const existing = this.#queues.get(playerId)
    if (existing !== undefined) return existing
    const created = new AccountQueue(this.#load)
    this.#queues.set(playerId, created)
    return created
  }

  #drain(playerId: string, queue: AccountQueue): void {
    if (queue.isDraining) return
    queue.isDraining = true
    const drained = this.#drainQueue(playerId, queue).finally(() => {
      this.#draining.delete(drained)
    })
    this.#draining.add(drained)
  }

  async #drainQueue(playerId: string, queue: AccountQueue): Promise<void> {
    for (;;) {
      const group = queue.take(this.#bounds.groupLengthMax)
      if (group.length === 0) {
        this.#queues.delete(playerId)
        return
      }
      let undecided: readonly Waiting[] = []
      try {
        undecided = await this.#settle(playerId, group)
      } catch (error) {
        this.#accounts.forget(playerId)
        const failure = asFailure(error)
        for (const waiting of group) waiting.fail(failure)
      }
      queue.finish(undecided)
    }
  }

  /** Decides a group, appends its events and answers; gives back the commands it did not get to. */
  async #settle(playerId: string, group: readonly Waiting[]): Promise<readonly Waiting[]> {
    const cached = this.#accounts.cached(playerId)
    let loaded = cached ?? (await this.#accounts.catchUp(playerId))
    let isRead = cached === undefined
    const wanted = group.filter((waiting) => waiting.begin())
    for (let attempt = 0; attempt < this.#bounds.conflictsMax; attempt++) {
      const { account, events, verdicts } = await decideGroup(
        loaded.account,
        wanted,
        this.#deciding,
      )
      // Another process may know better than the cache: nobody is refused by hearsay.
      if (!isRead && verdicts.some(isRefusal)) {
        const { revision } = loaded.account
        loaded = await this.#accounts.catchUp(playerId)
        isRead = true
        if (loaded.account.revision !== revision) continue
      }
      const position = await this.#append(playerId, loaded, events)
      if (position !== undefined) {
        if (events.length > 0) this.#accounts.keep(playerId, { account, position })
        answer(wanted, verdicts, position)
        return wanted.slice(verdicts.length)
      }
      loaded = await this.#accounts.catchUp(playerId)
      isRead = true
    }
    throw new TryAgain('BUSY', 1_000)
  }

  /** Position of the account's last event once the events are stored; undefined on a conflict. */
  async #append(
    playerId: string,
    { account: { revision }, position }: LoadedAccount,
    events: readonly NewEvent[],
  ): Promise<bigint | undefined> {
    if (events.length === 0) return position
    const expected = revision === -1n ? 'no-stream' : revision
    const result = await this.#eventStore.append(accountStream(playerId), events, expected)
    return result.status === 'appended' ? result.position : undefined
  }
}

function isRefusal(verdict: Verdict): boolean {
  return !(verdict instanceof Error) && verdict.status === 'rejected'
}

function answer(group: readonly Waiting[], verdicts: readonly Verdict[], position: bigint): void {
  for (const [index, verdict] of verdicts.entries()) {
    const waiting = group[index]
    if (verdict instanceof Error) waiting?.fail(verdict)
    else if (verdict.status === 'rejected') waiting?.succeed(verdict)
    else waiting?.succeed({ ...verdict, position })
  }
}
