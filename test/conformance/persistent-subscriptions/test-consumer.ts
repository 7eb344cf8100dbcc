import type {
  PersistentAction,
  PersistentSubscriptionToAll,
  PersistentSubscriptionToStream,
  ResolvedEvent,
} from '@eventstore/db-client'
import { setTimeout } from 'node:timers/promises'

type Subscription = PersistentSubscriptionToStream | PersistentSubscriptionToAll

/** An event as a consumer gets it. */
export type Delivered = ResolvedEvent & { readonly retryCount: number }

const WAIT_MS = 20_000
const POLL_MS = 10

/** A consumer of a group that keeps what it was given and does with it what a test says. */
export class TestConsumer {
  readonly received: Delivered[] = []
  /** The error that the connection ended with. */
  readonly error: Promise<unknown>
  readonly #subscription: Subscription
  #taken = 0

  constructor(subscription: Subscription) {
    this.#subscription = subscription
    this.error = new Promise((resolve) => {
      subscription.on('error', resolve)
    })
    subscription.on('data', (event: Delivered) => {
      this.received.push(event)
    })
  }

  /** Resolves when the group has taken in the consumer. */
  async confirmed(): Promise<this> {
    const confirmation = new Promise((resolve) => {
      this.#subscription.once('confirmation', resolve)
    })
    const error = await Promise.race([confirmation, this.error])
    if (error instanceof Error) throw error
    return this
  }

  /** The next so many events that it is given. */
  async take(count: number): Promise<Delivered[]> {
    const end = this.#taken + count
    await until(() => this.received.length >= end, `${count} more events`)
    const taken = this.received.slice(this.#taken, end)
    this.#taken = end
    return taken
  }

  /** The next event that it is given. */
  async next(): Promise<Delivered> {
    const [event] = await this.take(1)
    if (event === undefined) throw new Error('no event')
    return event
  }

  async ack(...events: readonly Delivered[]): Promise<void> {
    await this.#subscription.ack(...events)
  }

  /** Refuses events. */
  async nack(action: PersistentAction, ...events: readonly Delivered[]): Promise<void> {
    await this.#subscription.nack(action, 'because', ...events)
  }

  /** Acknowledges the next so many events; gives their numbers. */
  async process(count: number): Promise<number[]> {
    const events = await this.take(count)
    await this.ack(...events)
    return numbersOf(events)
  }

  /** What comes within some time, which should be nothing. */
  async within(timeMs: number): Promise<Delivered[]> {
    await setTimeout(timeMs)
    return this.received.slice(this.#taken)
  }

  async leave(): Promise<void> {
    await this.#subscription.unsubscribe()
  }
}

/** The numbers in the data of events made by `numbered`. */
export function numbersOf(events: readonly ResolvedEvent[]): number[] {
  return events.map(({ event }) => Number(Reflect.get(Object(event?.data), 'number')))
}

/** Waits until something is so; throws when it takes too long. */
export async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const endMs = performance.now() + WAIT_MS
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error(`waited in vain for ${what}`)
    await setTimeout(POLL_MS)
  }
}
