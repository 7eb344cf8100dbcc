import type { Consumer } from '../../../infrastructure/event-store-node/services/persistent-subscriptions/core/consumer.ts'
import {
  type GroupCommand,
  GroupCore,
} from '../../../infrastructure/event-store-node/services/persistent-subscriptions/core/group-core.ts'
import type { GroupSettings } from '../../../infrastructure/event-store-node/services/persistent-subscriptions/core/group-settings.ts'
import type {
  Message,
  RefusalAction,
} from '../../../infrastructure/event-store-node/services/persistent-subscriptions/core/message.ts'

export const SETTINGS: GroupSettings = {
  resolveLinks: false,
  extraStatistics: false,
  messageTimeoutMs: 1_000,
  maxRetryCount: 2,
  checkpointAfterMs: 100,
  minCheckpointCount: 1,
  maxCheckpointCount: 5,
  maxSubscriberCount: 0,
  liveBufferSize: 10,
  readBatchSize: 4,
  historyBufferSize: 12,
  strategy: 'RoundRobin',
}

/** An event of the world's stream; what is not wanted is passed over. */
export interface WorldEvent {
  readonly isWanted: boolean
  readonly bucket: number
}

interface Parking {
  readonly message: Message
  readonly reason: string
}

/** A group's core with all around it played: the stream, the clock, the writer, the consumers. */
export class World {
  readonly core: GroupCore
  readonly #timeoutMs: number
  readonly events: WorldEvent[]
  readonly checkpoints: number[] = []
  readonly truncations: number[] = []
  readonly parking: Parking[] = []
  /** The ids parked durably, in order. */
  readonly parked: string[] = []
  readonly reasons: string[] = []
  /** Ids of the events that are acknowledged, skipped or parked. */
  readonly finished = new Set<string>()
  /** What consumers were given and have not answered: id and when it was sent. */
  readonly held = new Map<Consumer, Map<string, number>>()
  readonly violations: string[] = []
  nowMs = 0

  constructor(settings: Partial<GroupSettings> = {}, events: WorldEvent[] = [], after = -1) {
    this.events = events
    const all = { ...SETTINGS, ...settings }
    this.#timeoutMs = all.messageTimeoutMs
    this.core = new GroupCore(all, { after, checkpoint: undefined })
  }

  /** The ids that consumers were given and have not answered. */
  get heldIds(): string[] {
    const all: string[] = []
    for (const ids of this.held.values()) all.push(...ids.keys())
    return all
  }

  append(events: readonly WorldEvent[]): void {
    this.events.push(...events)
    this.core.appended()
  }

  connect(slots: number): Consumer {
    const consumer = this.core.connect(slots)
    this.held.set(consumer, new Map())
    return consumer
  }

  disconnect(consumer: Consumer): void {
    this.held.delete(consumer)
    this.core.disconnect(consumer, this.nowMs)
  }

  /** Reads whatever there is room for. */
  read(): void {
    let request = this.core.nextRead()
    while (request !== undefined) {
      const from = request.after + 1
      const page = this.events.slice(from, from + request.limit)
      const items = page.map(({ isWanted, bucket }, index) => ({
        place: from + index,
        position: from + index,
        id: String(from + index),
        bucket,
        isWanted,
        doesCount: true,
      }))
      const after = from + page.length - 1
      const isLast = page.length === 0
      this.#carryOut(this.core.took({ items, after, isLast, hasEnded: false }, this.nowMs))
      request = this.core.nextRead()
    }
  }

  /** Gives parked messages again as far as there is room. */
  readParked(): void {
    const request = this.core.nextReplay()
    if (request === undefined) return
    const page = this.parked.slice(request.from, request.from + request.limit)
    const items = page.map((_, index) => ({
      revision: request.from + index,
      position: 0,
      id: `parked ${request.from + index}`,
      bucket: 0,
    }))
    this.core.tookParked(items, request.from + request.limit)
  }

  /** Deals out all that can be; gives the ids in order, with the number of their retries. */
  deliver(): string[] {
    const given: string[] = []
    for (const { message, consumer } of this.core.deliveries(this.nowMs)) {
      given.push(`${message.id}/${message.retryCount}`)
      this.#noteDelivery(message, consumer)
    }
    return given
  }

  acknowledge(ids: readonly string[]): void {
    for (const id of ids) this.#noteEnd(id)
    this.#carryOut(this.core.acknowledge(ids, this.nowMs))
  }

  refuse(ids: readonly string[], action: RefusalAction, reason = 'why'): void {
    for (const id of ids) {
      if (action === 'skip' || action === 'stop') this.#noteEnd(id)
      else this.#letGo(id)
    }
    this.#carryOut(this.core.refuse(ids, action, reason, this.nowMs))
  }

  tick(afterMs: number): void {
    this.nowMs += afterMs
    for (const ids of this.held.values()) {
      for (const [id, sentMs] of ids) {
        if (sentMs <= this.nowMs - this.#timeoutMs) ids.delete(id)
      }
    }
    this.#carryOut(this.core.tick(this.nowMs))
  }

  /** The writer has done what it was asked, or could not. */
  settleParking(doesWork = true): void {
    for (const { message, reason } of this.parking.splice(0)) {
      if (doesWork) {
        this.parked.push(message.id)
        this.reasons.push(reason)
        this.finished.add(message.id)
        this.core.parked(message)
      } else {
        this.core.parkingFailed(message, reason)
      }
    }
  }

  stop(): void {
    this.#carryOut(this.core.stop(this.nowMs))
  }

  #carryOut(commands: readonly GroupCommand[]): void {
    for (const command of commands) {
      if (command.kind === 'park') this.parking.push(command)
      else if (command.kind === 'truncate-parked') this.truncations.push(command.before)
      else this.#noteCheckpoint(command.place)
    }
  }

  #noteCheckpoint(place: number): void {
    if (place <= (this.checkpoints.at(-1) ?? -1))
      this.violations.push(`checkpoint back to ${place}`)
    this.checkpoints.push(place)
    for (const [index, { isWanted }] of this.events.entries()) {
      if (index <= place && isWanted && !this.finished.has(String(index))) {
        this.violations.push(`checkpoint ${place} passes unfinished event ${index}`)
      }
    }
  }

  #noteDelivery({ id }: Message, consumer: Consumer): void {
    for (const ids of this.held.values()) {
      if (ids.has(id)) this.violations.push(`${id} is held twice`)
    }
    const ids = this.held.get(consumer)
    ids?.set(id, this.nowMs)
    if (ids === undefined) this.violations.push(`${id} goes to a consumer that has gone`)
    if (consumer.inFlight > consumer.slots) this.violations.push('more in flight than slots')
    if (this.finished.has(id)) this.violations.push(`${id} comes again after it was finished`)
  }

  #noteEnd(id: string): void {
    if (this.#letGo(id)) this.finished.add(id)
  }

  #letGo(id: string): boolean {
    for (const ids of this.held.values()) if (ids.delete(id)) return true
    return false
  }
}

/** So many events, all wanted. */
export function plain(count: number): WorldEvent[] {
  return Array.from({ length: count }, () => ({ isWanted: true, bucket: 0 }))
}
