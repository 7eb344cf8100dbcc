import type { Consumer } from './consumer.ts'
import type { Message } from './message.ts'

/** A message at a consumer that has not answered yet. */
export interface Delivery {
  readonly message: Message
  readonly consumer: Consumer
  readonly sentMs: number
}

/** The messages that consumers hold, each held by one, in the order in which they were sent. */
export class InFlight {
  readonly #byId = new Map<string, Delivery>()

  get count(): number {
    return this.#byId.size
  }

  has(id: string): boolean {
    return this.#byId.has(id)
  }

  add(delivery: Delivery): void {
    this.#byId.set(delivery.message.id, delivery)
    delivery.consumer.took()
  }

  /** Takes a message from its consumer; undefined when nobody holds one of that id. */
  take(id: string, nowMs: number): Message | undefined {
    const delivery = this.#byId.get(id)
    if (delivery === undefined) return undefined
    this.#byId.delete(id)
    delivery.consumer.gaveBack(nowMs - delivery.sentMs)
    return delivery.message
  }

  /** Takes the messages that were sent at `sentMs` or before. */
  takeSentBy(sentMs: number, nowMs: number): Message[] {
    const taken: Message[] = []
    for (const [id, delivery] of this.#byId) {
      if (delivery.sentMs > sentMs) break
      this.take(id, nowMs)
      taken.push(delivery.message)
    }
    return taken
  }

  /** Takes all that a consumer holds. */
  takeFrom(consumer: Consumer, nowMs: number): Message[] {
    const taken: Message[] = []
    for (const [id, delivery] of this.#byId) {
      if (delivery.consumer !== consumer) continue
      this.take(id, nowMs)
      taken.push(delivery.message)
    }
    return taken
  }
}
