import { Consumer } from './consumer.ts'
import { Cursor } from './cursor.ts'
import type { GroupSettings } from './group-settings.ts'
import { type Delivery, InFlight } from './in-flight.ts'
import type { Message, RefusalAction } from './message.ts'
import type { ParkedItem, ReadItem, ReadPage, ReadRequest } from './pages.ts'
import { Progress } from './progress.ts'
import { Replay, type ReplayRequest } from './replay.ts'
import { createStrategy, type Strategy } from './strategy.ts'
import { Waiting } from './waiting.ts'

/** What has to be written for a group. */
export type GroupCommand =
  | { readonly kind: 'park'; readonly message: Message; readonly reason: string }
  | { readonly kind: 'checkpoint'; readonly place: number }
  | { readonly kind: 'truncate-parked'; readonly before: number }

/** Where a group begins: after a place, with a stored checkpoint at that place or without one. */
export interface GroupStart {
  readonly after: number
  readonly checkpoint: number | undefined
}

/** However large a group's buffer is said to be, no more messages wait than this. */
const WAITING_MAX = 10_000
const REPLAY_BATCH = 20

/**
 * The state of a group of consumers: which message waits, which is where, what is finished. It does
 * nothing by itself: the time and what happens are told to it, and what is to be done is its answer.
 */
export class GroupCore {
  readonly #settings: GroupSettings
  readonly #waiting = new Waiting()
  readonly #inFlight = new InFlight()
  readonly #consumers = new Set<Consumer>()
  readonly #strategy: Strategy
  readonly #progress: Progress
  readonly #cursor: Cursor
  readonly #replay = new Replay()
  readonly #unparkable: GroupCommand[] = []
  #parkingCount = 0
  #lastKnown: number | undefined

  constructor(settings: GroupSettings, start: GroupStart) {
    this.#settings = settings
    this.#strategy = createStrategy(settings.strategy)
    this.#progress = new Progress(settings, start.checkpoint)
    this.#cursor = new Cursor(start.after, settings.readBatchSize, this.#waitingMax)
  }

  get consumers(): ReadonlySet<Consumer> {
    return this.#consumers
  }

  /** As a real server names it. */
  get status(): string {
    const replaying = this.#replay.isReading ? 'ReplayingParkedMessages' : undefined
    const states = this.#cursor.isLive ? [replaying, 'Live'] : ['Behind', replaying]
    return states.filter((state) => state !== undefined).join(', ')
  }

  get inFlightCount(): number {
    return this.#inFlight.count
  }

  get waiting(): Pick<Waiting, 'count' | 'retryCount' | 'freshCount' | 'liveCount'> {
    return this.#waiting
  }

  /** The place of the last wanted event that was read. */
  get lastKnown(): number | undefined {
    return this.#lastKnown
  }

  /** Parked messages before this revision are not parked any more. */
  get replayedBefore(): number {
    return this.#replay.replayedBefore
  }

  get hasReachedMaxSubscribers(): boolean {
    const { maxSubscriberCount } = this.#settings
    return maxSubscriberCount > 0 && this.#consumers.size >= maxSubscriberCount
  }

  connect(slots: number): Consumer {
    const consumer = new Consumer(slots, this.#settings.extraStatistics)
    this.#consumers.add(consumer)
    this.#strategy.joined(consumer)
    return consumer
  }

  /** What a consumer that has gone held is given to others. */
  disconnect(consumer: Consumer, nowMs: number): void {
    if (!this.#consumers.delete(consumer)) return
    for (const message of this.#inFlight.takeFrom(consumer, nowMs)) {
      this.#strategy.released(message)
      this.#retry(message)
    }
    this.#strategy.left(consumer)
  }

  /** Deals out what waits. Each is in flight as soon as it is given; others may be told between. */
  *deliveries(nowMs: number): Generator<Delivery, void, void> {
    for (const message of this.#waiting) {
      if (!this.#hasFreeConsumer()) return
      if (this.#inFlight.has(message.id)) continue
      const consumer = this.#strategy.choose(message)
      if (consumer === undefined) continue
      const delivery = { message, consumer, sentMs: nowMs }
      this.#waiting.delete(message)
      this.#inFlight.add(delivery)
      yield delivery
    }
  }

  /** Consumers have processed messages; ids of none in flight are ignored. */
  acknowledge(ids: Iterable<string>, nowMs: number): GroupCommand[] {
    for (const id of ids) {
      const message = this.#take(id, nowMs)
      if (message !== undefined) this.#finish(message)
    }
    return this.#checkpointIfDue(nowMs, false)
  }

  /** Consumers could not process messages. To stop is, as on a real server, to skip. */
  refuse(
    ids: Iterable<string>,
    action: RefusalAction,
    reason: string,
    nowMs: number,
  ): GroupCommand[] {
    const commands: GroupCommand[] = []
    for (const id of ids) {
      const message = this.#take(id, nowMs)
      if (message === undefined) continue
      if (action === 'skip' || action === 'stop') this.#finish(message)
      else if (action === 'park') commands.push(this.#park(message, clientReason(reason)))
      else commands.push(...this.#retryOrPark(message))
    }
    return [...commands, ...this.#checkpointIfDue(nowMs, false)]
  }

  /** Time passes: what was held too long is retried, what could not be parked is parked again. */
  tick(nowMs: number): GroupCommand[] {
    const commands = this.#unparkable.splice(0)
    const expired = this.#inFlight.takeSentBy(nowMs - this.#settings.messageTimeoutMs, nowMs)
    for (const message of expired) {
      this.#strategy.released(message)
      commands.push(...this.#retryOrPark(message))
    }
    const before = this.#replay.truncation()
    if (before !== undefined) commands.push({ kind: 'truncate-parked', before })
    return [...commands, ...this.#checkpointIfDue(nowMs, true)]
  }

  /** A message is parked durably; or it cannot be, for ever, and is given up. */
  parked(message: Message): void {
    this.#parkingCount -= 1
    this.#finish(message)
  }

  /** A message could not be parked now; that is tried again at the next tick. */
  parkingFailed(message: Message, reason: string): void {
    this.#unparkable.push({ kind: 'park', message, reason })
  }

  /** Something was appended to what the group reads. */
  appended(): void {
    this.#cursor.appended()
  }

  /** What is to be read, if there is room. It is to be answered by `took`. */
  nextRead(): ReadRequest | undefined {
    return this.#cursor.next({
      room: this.#room(),
      liveRoom: this.#settings.liveBufferSize - this.#waiting.liveCount,
    })
  }

  /** Takes in what was read. A page that is the last for now makes the group live. */
  took(page: ReadPage, nowMs: number): GroupCommand[] {
    for (const item of page.items) this.#takeIn(item)
    this.#cursor.took(page)
    return this.#checkpointIfDue(nowMs, false)
  }

  /** Begins to give the parked messages from `first` to before `end` to the consumers again. */
  replay(first: number, end: number): void {
    this.#replay.begin(first, end)
  }

  /** Which parked messages are to be read, if there is room. */
  nextReplay(): ReplayRequest | undefined {
    return this.#replay.request(Math.min(this.#room(), REPLAY_BATCH))
  }

  /** Takes in parked messages that were read; those up to before `next` need no reading again. */
  tookParked(items: readonly ParkedItem[], next: number): void {
    this.#replay.took(
      items.map(({ revision }) => revision),
      next,
    )
    for (const { revision, position, id, bucket } of items) {
      this.#waiting.addRetry({
        id,
        position,
        bucket,
        sequence: revision,
        retryCount: 0,
        isLive: false,
        isReplayed: true,
      })
    }
  }

  /** What is to be written when the group ends: all that is finished, whatever the limits. */
  stop(nowMs: number): GroupCommand[] {
    const commands: GroupCommand[] = []
    const place = this.#progress.checkpoint(nowMs)
    if (place !== undefined) commands.push({ kind: 'checkpoint', place })
    const before = this.#replay.truncation()
    if (before !== undefined) commands.push({ kind: 'truncate-parked', before })
    return commands
  }

  #takeIn({ place, position, id, bucket, isWanted, doesCount }: ReadItem): void {
    if (!isWanted) {
      this.#progress.passed(place, doesCount)
      return
    }
    this.#lastKnown = place
    this.#waiting.addFresh({
      id,
      position,
      bucket,
      sequence: this.#progress.began(place),
      retryCount: 0,
      isLive: this.#cursor.isLive,
      isReplayed: false,
    })
  }

  get #waitingMax(): number {
    return Math.min(this.#settings.historyBufferSize, WAITING_MAX)
  }

  /** How many more messages may wait. */
  #room(): number {
    return this.#waitingMax - this.#waiting.count - this.#parkingCount
  }

  #hasFreeConsumer(): boolean {
    for (const { isFree } of this.#consumers) if (isFree) return true
    return false
  }

  #take(id: string, nowMs: number): Message | undefined {
    const message = this.#inFlight.take(id, nowMs)
    if (message !== undefined) this.#strategy.released(message)
    return message
  }

  #finish({ sequence, isReplayed }: Message): void {
    if (isReplayed) this.#replay.finished(sequence)
    else this.#progress.finished(sequence)
  }

  #retry(message: Message): void {
    this.#waiting.addRetry({ ...message, retryCount: message.retryCount + 1, isLive: false })
  }

  #retryOrPark(message: Message): GroupCommand[] {
    const { maxRetryCount } = this.#settings
    if (message.retryCount >= maxRetryCount) {
      return [this.#park(message, `Reached retry count of ${maxRetryCount}`)]
    }
    this.#retry(message)
    return []
  }

  #park(message: Message, reason: string): GroupCommand {
    this.#parkingCount += 1
    return { kind: 'park', message, reason }
  }

  #checkpointIfDue(nowMs: number, isTick: boolean): GroupCommand[] {
    const place = this.#progress.dueCheckpoint(nowMs, isTick)
    return place === undefined ? [] : [{ kind: 'checkpoint', place }]
  }
}

function clientReason(reason: string): string {
  return `Client explicitly NAK'ed message.\n${reason}`
}
