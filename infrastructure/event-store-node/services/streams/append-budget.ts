import type { ServerInterceptor } from '@grpc/grpc-js'
import { setImmediate } from 'node:timers/promises'
import { EagerCall } from '../eager-call.ts'

const BUDGET_BYTES = 64 * 1_048_576

/**
 * The memory that appends may hold together, over all calls: from the message that brings a part of
 * them until they are answered or given up. While it is used up, no more messages are read.
 */
export class AppendBudget {
  #usedBytes = 0
  #waiting: (() => void)[] = []
  #isWaking = false

  get isUsedUp(): boolean {
    return this.#usedBytes >= BUDGET_BYTES
  }

  /** There is room, and nobody has asked for it before. */
  get hasRoomAtOnce(): boolean {
    return !this.isUsedUp && this.#waiting.length === 0
  }

  take(bytes: number): void {
    this.#usedBytes += bytes
  }

  giveBack(bytes: number): void {
    this.#usedBytes -= bytes
    if (!this.#isWaking && this.#waiting.length > 0) void this.#wake()
  }

  /** Calls back as soon as there is room, those that asked first before the others. */
  whenThereIsRoom(proceed: () => void): void {
    if (this.hasRoomAtOnce) proceed()
    else this.#waiting.push(proceed)
  }

  /** One at a time, so that what one has read is counted before the next may read. */
  async #wake(): Promise<void> {
    this.#isWaking = true
    while (!this.isUsedUp) {
      const proceed = this.#waiting.shift()
      if (proceed === undefined) break
      proceed()
      await setImmediate()
    }
    this.#isWaking = false
  }
}

/**
 * Makes calls that send many messages wait with each until the budget has room. It holds back the
 * reading itself: a call that is not read from is held back by HTTP/2 and costs its window alone.
 */
export function readWithin(budget: AppendBudget): ServerInterceptor {
  return (method, call) =>
    method.requestStream ? new HeldBackCall(call, budget) : new EagerCall(call)
}

class HeldBackCall extends EagerCall {
  readonly #budget: AppendBudget

  constructor(call: ConstructorParameters<typeof EagerCall>[0], budget: AppendBudget) {
    super(call)
    this.#budget = budget
  }

  override startRead(): void {
    if (this.#budget.hasRoomAtOnce) {
      super.startRead()
      return
    }
    this.#budget.whenThereIsRoom(() => {
      super.startRead()
    })
  }
}
