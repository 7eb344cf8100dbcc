import { accountStream, type AccountCommand } from '../domain/index.ts'
import type { EventStore } from '../infrastructure/event-store/index.ts'
import { Accounts, type LoadedAccount } from './accounts.ts'
import { AccountQueue, type Waiting } from './account-queue.ts'
import { asFailure } from './failure.ts'
import { decideGroup, type Deciding, type Verdict } from './decide-group.ts'
import { claimPayment } from './payments.ts'
import type { CommandOrigin, Ledger } from './ledger.ts'
import { type Outcome, TryAgain } from './outcome.ts'

export interface LedgerBounds {
  /** Commands that may wait for one account, and in all. */
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
  #waiting = 0
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
    if (this.#waiting >= this.#bounds.waitingMax) throw new TryAgain('BUSY', 500)
    const queue = this.#queueOf(command.playerId)
    if (queue.length >= this.#bounds.waitingPerAccountMax) throw new TryAgain('BUSY', 500)

    this.#waiting += 1
    try {
      const outcome = queue.wait({ command, origin }, this.#bounds.answerTimeoutMs)
      this.#drain(command.playerId, queue)
      return await outcome
    } finally {
      this.#waiting -= 1
    }
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
    const created = new AccountQueue()
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
      try {
        const settled = await this.#settle(playerId, group)
        queue.putBack(group.slice(settled))
      } catch (error) {
        this.#accounts.forget(playerId)
        const failure = asFailure(error)
        for (const waiting of group) waiting.fail(failure)
      }
    }
  }

  /** Decides a group and appends its events; answers the commands it got to, and says how many. */
  async #settle(playerId: string, group: readonly Waiting[]): Promise<number> {
    let loaded = await this.#accounts.load(playerId)
    for (let attempt = 0; attempt < this.#bounds.conflictsMax; attempt++) {
      const decided = await decideGroup(loaded.account, group, this.#deciding)
      if (decided.events.length === 0) {
        answer(group, decided.verdicts, loaded.position)
        return decided.verdicts.length
      }
      const { revision } = loaded.account
      const expected = revision === -1n ? 'no-stream' : revision
      const result = await this.#eventStore.append(
        accountStream(playerId),
        decided.events,
        expected,
      )
      if (result.status === 'appended') {
        const kept: LoadedAccount = { account: decided.account, position: result.position }
        this.#accounts.keep(playerId, kept)
        answer(group, decided.verdicts, result.position)
        return decided.verdicts.length
      }
      loaded = await this.#accounts.catchUp(playerId)
    }
    throw new TryAgain('BUSY', 1_000)
  }
}

function answer(group: readonly Waiting[], verdicts: readonly Verdict[], position: bigint): void {
  for (const [index, verdict] of verdicts.entries()) {
    const waiting = group[index]
    if (verdict instanceof Error) waiting?.fail(verdict)
    else if (verdict.status === 'rejected') waiting?.succeed(verdict)
    else waiting?.succeed({ ...verdict, position })
  }
}
