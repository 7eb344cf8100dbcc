import type { RecordedEvent, SubscriptionItem } from '../../infrastructure/event-store/index.ts'

/** What was there to be taken. */
export interface Taken {
  readonly events: readonly RecordedEvent[]
  /** With these events, all that there were have been taken. */
  readonly caughtUp: boolean
}

export interface TakeOptions {
  /** Wait for so many, unless all there are have come, or `patienceMs` have passed since the first. */
  readonly atLeast: number
  readonly atMost: number
  readonly patienceMs: number
}

/** The subscription ended or lost the server, though nobody ended it. */
export class SubscriptionEnded extends Error {
  override readonly name = 'SubscriptionEnded'
}

/**
 * Reads on while a batch is being stored, up to `lengthMax` events ahead; past it the subscription
 * is left waiting, and so is the server.
 */
export class ReadAhead {
  readonly #lengthMax: number
  readonly #events: RecordedEvent[] = []
  readonly #pumped: Promise<void>
  #caughtUp = false
  #closed = false
  #end: Error | undefined
  #wakeTaker: () => void = nobodyWaits
  #wakePump: () => void = nobodyWaits

  constructor(subscription: AsyncIterable<SubscriptionItem>, lengthMax: number) {
    this.#lengthMax = lengthMax
    this.#pumped = this.#pump(subscription)
  }

  /** When the event was stored that waits longest; undefined when none waits. */
  get waitingSince(): Date | undefined {
    return this.#events[0]?.recordedAt
  }

  /**
   * Takes the next events, in order; waits for them.
   * @throws what ended the subscription, after all events before it were taken
   */
  async take({ atLeast, atMost, patienceMs }: TakeOptions): Promise<Taken> {
    while (this.#events.length === 0 && !this.#isDone()) await this.#untilSomethingCame()
    await this.#untilThereAre(atLeast, patienceMs)
    const events = this.#events.splice(0, atMost)
    this.#wakePump()
    const caughtUp = this.#caughtUp && this.#events.length === 0
    if (caughtUp) this.#caughtUp = false
    if (events.length === 0 && !caughtUp && this.#end !== undefined) throw this.#end
    return { events, caughtUp }
  }

  /** Stops reading. End the subscription first when it may be waiting for events. */
  async close(): Promise<void> {
    this.#closed = true
    this.#wakePump()
    await this.#pumped
  }

  /** No more events are known to come. */
  #isDone(): boolean {
    return this.#caughtUp || this.#end !== undefined
  }

  async #untilThereAre(atLeast: number, patienceMs: number): Promise<void> {
    const isEnough = (): boolean => this.#events.length >= atLeast || this.#isDone()
    if (isEnough()) return
    const patience = { isOver: false }
    const timeout = setTimeout(() => {
      patience.isOver = true
      this.#wakeTaker()
    }, patienceMs)
    while (!patience.isOver && !isEnough()) await this.#untilSomethingCame()
    clearTimeout(timeout)
  }

  async #pump(subscription: AsyncIterable<SubscriptionItem>): Promise<void> {
    try {
      for await (const item of subscription) {
        // It would go on by itself, but it may come back to another history: the checkpoint tells.
        if (item.kind === 'lost') throw new SubscriptionEnded(item.reason)
        if (item.kind === 'event') this.#events.push(item.event)
        else this.#caughtUp = true
        this.#wakeTaker()
        await this.#untilThereIsRoom()
        if (this.#closed) break
      }
      this.#end = new SubscriptionEnded('the subscription to the event store ended')
    } catch (error) {
      this.#end = error instanceof Error ? error : new SubscriptionEnded(String(error))
    }
    this.#wakeTaker()
  }

  async #untilThereIsRoom(): Promise<void> {
    while (this.#events.length >= this.#lengthMax && !this.#closed) {
      await new Promise<void>((resolve) => {
        this.#wakePump = resolve
      })
    }
  }

  #untilSomethingCame(): Promise<void> {
    return new Promise((resolve) => {
      this.#wakeTaker = resolve
    })
  }
}

function nobodyWaits(): void {
  // until somebody does
}
