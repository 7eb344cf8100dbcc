import type { Consumer } from './consumer.ts'
import { BUCKET_COUNT, type Message } from './message.ts'

interface Bucket {
  consumer: Consumer | undefined
  inFlight: number
}

/**
 * Each bucket of streams belongs to one consumer, so that the events of a stream go to the same one
 * in their order. A bucket gets another consumer only while none of its messages is in flight: when
 * its own has gone, or when one has joined and takes over a fair share of those that are idle.
 */
export class Pinned {
  readonly #buckets: readonly Bucket[] = Array.from({ length: BUCKET_COUNT }, () => ({
    consumer: undefined,
    inFlight: 0,
  }))
  /** How many buckets each consumer has. */
  readonly #shares = new Map<Consumer, number>()

  joined(consumer: Consumer): void {
    this.#shares.set(consumer, 0)
    const fairShare = Math.ceil(this.#assignedCount() / this.#shares.size)
    for (const bucket of this.#buckets) {
      if (bucket.consumer === undefined || bucket.inFlight > 0) continue
      if (this.#shareOf(consumer) >= fairShare) return
      if (this.#shareOf(bucket.consumer) > fairShare) this.#assign(bucket, consumer)
    }
  }

  left(consumer: Consumer): void {
    this.#shares.delete(consumer)
    for (const bucket of this.#buckets) {
      if (bucket.consumer === consumer) bucket.consumer = undefined
    }
  }

  choose(message: Message): Consumer | undefined {
    const bucket = this.#bucketOf(message)
    const consumer = bucket.consumer ?? this.#assign(bucket, this.#leastLoaded())
    if (consumer?.isFree !== true) return undefined
    bucket.inFlight += 1
    return consumer
  }

  released(message: Message): void {
    this.#bucketOf(message).inFlight -= 1
  }

  #bucketOf(message: Message): Bucket {
    const bucket = this.#buckets[message.bucket]
    if (bucket === undefined) throw new RangeError(`there is no bucket ${message.bucket}`)
    return bucket
  }

  #assign(bucket: Bucket, consumer: Consumer | undefined): Consumer | undefined {
    if (consumer === undefined) return undefined
    const previous = bucket.consumer
    if (previous !== undefined) this.#shares.set(previous, this.#shareOf(previous) - 1)
    this.#shares.set(consumer, this.#shareOf(consumer) + 1)
    bucket.consumer = consumer
    return consumer
  }

  #leastLoaded(): Consumer | undefined {
    let least: Consumer | undefined
    for (const [consumer, share] of this.#shares) {
      if (least === undefined || share < this.#shareOf(least)) least = consumer
    }
    return least
  }

  #assignedCount(): number {
    let count = 0
    for (const share of this.#shares.values()) count += share
    return count
  }

  #shareOf(consumer: Consumer): number {
    return this.#shares.get(consumer) ?? 0
  }
}
