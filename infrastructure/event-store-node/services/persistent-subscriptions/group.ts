import { setImmediate } from 'node:timers/promises'
import type { Logger } from 'pino'
import { type MayRead, readsAll, resolveLink, unresolved } from '../../reading/links.ts'
import type { Store } from '../../storage/store.ts'
import type { ResolvedRecord } from '../../wire/recorded-event.ts'
import { persistentSubscriptionDropped } from '../../wire/persistent-errors.ts'
import type { RpcError } from '../../wire/rpc-error.ts'
import { toRpcError } from '../streams/to-rpc-error.ts'
import { Turn } from '../streams/turn.ts'
import { CheckpointStore } from './checkpoint-store.ts'
import type { Consumer } from './core/consumer.ts'
import { GroupCore } from './core/group-core.ts'
import type { Delivery } from './core/in-flight.ts'
import type { Message, RefusalAction } from './core/message.ts'
import { type EventSource, sourceOf } from './event-source.ts'
import type { GroupDefinition } from './group-definition.ts'
import { GroupWrites } from './group-writes.ts'
import { ItemRate } from './item-rate.ts'
import { ParkedMessages } from './parked-messages.ts'

/** What a group needs of the node. */
export interface GroupParts {
  readonly store: Store
  readonly logger: Logger
  /** A clock that never goes backwards. */
  readonly monotonicMs: () => number
}

/** The connection that a consumer of a group stands for. */
export interface Subscriber {
  readonly connectionName: string
  readonly userName: string
  readonly rate: ItemRate
  readonly mayRead: MayRead
  /** Sends an event; false when the client is behind. */
  send(record: ResolvedRecord, retryCount: number): boolean
  /** Ends the connection. */
  drop(error: RpcError): void
}

/**
 * A group at work: reads what its core asks for, sends what the core deals out, writes what it
 * orders. It holds no events, only where they are; each is read again when it is sent.
 */
export class Group {
  readonly definition: GroupDefinition
  readonly parked: ParkedMessages
  readonly checkpoints: CheckpointStore
  readonly core: GroupCore
  readonly rate: ItemRate
  readonly #parts: GroupParts
  readonly #source: EventSource
  readonly #subscribers = new Map<Consumer, Subscriber>()
  readonly #unlisten: () => void
  #isStopped = false
  #isRunning = false
  #isWoken = false
  readonly #writes: GroupWrites
  #hasFailed = false
  #totalItems = 0

  /** Starts a group. Throws INVALID_ARGUMENT when its filter is not understood. */
  constructor(definition: GroupDefinition, parts: GroupParts) {
    this.definition = definition
    this.#parts = parts
    this.rate = new ItemRate(parts.monotonicMs())
    this.#source = sourceOf(parts.store, definition)
    this.parked = new ParkedMessages(parts.store, definition)
    this.checkpoints = new CheckpointStore(parts.store, parts.logger, definition)
    this.#writes = new GroupWrites(this.parked, this.checkpoints, {
      recordOf: (message) => this.#recordOf(message, readsAll),
      parked: (message) => {
        this.core.parked(message)
        this.#wake()
      },
      parkingFailed: (message, reason) => {
        this.core.parkingFailed(message, reason)
      },
      log: (text, error) => {
        this.#log(text, error)
      },
    })
    const checkpoint = this.checkpoints.stored
    this.core = new GroupCore(definition.settings, {
      after: checkpoint ?? definition.startsAfter,
      checkpoint,
    })
    this.#unlisten = this.#source.listen(() => {
      this.core.appended()
      this.#wake()
    })
    this.#wake()
  }

  get subscribers(): ReadonlyMap<Consumer, Subscriber> {
    return this.#subscribers
  }

  /** Takes in a subscriber, who is sent at once what waits for one. */
  connect(subscriber: Subscriber, slots: number): Consumer {
    const consumer = this.core.connect(slots)
    this.#subscribers.set(consumer, subscriber)
    if (this.#hasFailed || this.#isStopped) this.dropAll(this.#dropped)
    this.#wake()
    return consumer
  }

  disconnect(consumer: Consumer): void {
    this.#subscribers.delete(consumer)
    if (this.#isStopped) return
    this.core.disconnect(consumer, this.#nowMs)
    this.#wake()
  }

  /** A subscriber has taken in what was sent to it. */
  caughtUp(consumer: Consumer): void {
    consumer.isBehind = false
    this.#wake()
  }

  acknowledge(ids: readonly string[]): void {
    if (this.#isStopped) return
    this.#writes.carryOut(this.core.acknowledge(ids, this.#nowMs))
    this.#wake()
  }

  refuse(ids: readonly string[], action: RefusalAction, reason: string): void {
    if (this.#isStopped) return
    this.#writes.carryOut(this.core.refuse(ids, action, reason, this.#nowMs))
    this.#wake()
  }

  tick(): void {
    if (this.#isStopped) return
    this.checkpoints.retry()
    this.#writes.carryOut(this.core.tick(this.#nowMs))
    this.#wake()
  }

  /** Gives the parked messages, those before revision `stopAt`, to the consumers again. */
  replayParked(stopAt: number | undefined): void {
    const { first, end } = this.parked.range
    this.core.replay(first, Math.min(stopAt ?? Infinity, end))
    this.#wake()
  }

  /** How many messages were ever sent. */
  get totalItems(): number {
    return this.#totalItems
  }

  /** How many messages are parked and not being replayed. */
  get parkedCount(): number {
    const { first, end } = this.parked.range
    return Math.max(0, end - Math.max(first, this.core.replayedBefore))
  }

  /** Ends the connections of all subscribers. */
  dropAll(error: RpcError): void {
    for (const [consumer, subscriber] of this.#subscribers) {
      subscriber.drop(error)
      this.disconnect(consumer)
    }
  }

  /** Stops at once; resolves when nothing is being written any more. */
  async stop({ keepsProgress }: { readonly keepsProgress: boolean }): Promise<void> {
    if (this.#isStopped) return
    this.#isStopped = true
    this.#unlisten()
    await this.#writes.settled()
    if (keepsProgress) {
      this.checkpoints.retry()
      this.#writes.carryOut(this.core.stop(this.#nowMs))
    }
    await this.#writes.settled()
  }

  get #nowMs(): number {
    return this.#parts.monotonicMs()
  }

  #wake(): void {
    this.#isWoken = true
    if (!this.#isRunning) void this.#run()
  }

  /** Deals out and reads until there is nothing left to do for now. */
  async #run(): Promise<void> {
    this.#isRunning = true
    while (this.#isWoken && !this.#isStopped) {
      await setImmediate()
      this.#isWoken = false
      try {
        this.#deliver()
        this.#replay()
        await this.#read()
      } catch (error) {
        this.#fail(error)
      }
    }
    this.#isRunning = false
  }

  #deliver(): void {
    const turn = new Turn()
    for (const delivery of this.core.deliveries(this.#nowMs)) {
      this.#totalItems += 1
      this.#send(delivery)
      if (turn.isOver) {
        this.#isWoken = true
        return
      }
    }
  }

  #send({ message, consumer }: Delivery): void {
    const subscriber = this.#subscribers.get(consumer)
    if (subscriber === undefined) return
    try {
      const isKeepingUp = subscriber.send(this.#shown(message, subscriber), message.retryCount)
      consumer.isBehind = !isKeepingUp
    } catch (error) {
      subscriber.drop(toRpcError(error, this.#parts.logger))
      consumer.isBehind = true
    }
  }

  /** What is parked of `$all` may be seen by all who may see that, in whatever stream it is. */
  #shown(message: Message, { mayRead }: Subscriber): ResolvedRecord {
    const isOfAll = message.isReplayed && this.definition.streamName === '$all'
    return this.#recordOf(message, isOfAll ? readsAll : mayRead)
  }

  #recordOf({ position, isReplayed }: Message, mayRead: MayRead): ResolvedRecord {
    const { store } = this.#parts
    const record = store.reader.record(position)
    const isResolved = isReplayed || this.definition.settings.resolveLinks
    return isResolved ? resolveLink(store, record, mayRead) : unresolved(record)
  }

  #replay(): void {
    const request = this.core.nextReplay()
    if (request === undefined) return
    const { items, next } = this.parked.read(request)
    this.core.tookParked(items, next)
    this.#isWoken = true
  }

  async #read(): Promise<void> {
    const request = this.#hasFailed ? undefined : this.core.nextRead()
    if (request === undefined) return
    const page = await this.#source.read(request)
    if (this.#isStopped) return
    this.#writes.carryOut(this.core.took(page, this.#nowMs))
    this.#isWoken = true
  }

  /** What cannot be read ends the group's work: its subscribers, old and new, are dropped. */
  #fail(error: unknown): void {
    this.#log('the group cannot read on', error)
    this.#hasFailed = true
    this.dropAll(this.#dropped)
  }

  get #dropped(): RpcError {
    return persistentSubscriptionDropped(this.definition)
  }

  #log(text: string, error: unknown): void {
    const { streamName, groupName } = this.definition
    this.#parts.logger.error({ err: error, stream: streamName, group: groupName }, text)
  }
}
