import { ACCOUNT_STREAM_PREFIX, readAccountEvent, UnreadableEvent } from '../../domain/index.ts'
import {
  type EventStore,
  ReadRefused,
  type RecordedEvent,
  StoredEventUnreadable,
} from '../../infrastructure/event-store/index.ts'
import type { ProcessLogger } from '../../infrastructure/processes/index.ts'
import type { ProjectedEvent } from '../projector.ts'
import { checkHistory, ForeignHistory } from './history.ts'
import { pause } from './pause.ts'
import { ReadAhead } from './read-ahead.ts'
import { PoisonEvent, type Seat } from './seat.ts'

/** A statement's fixed cost hardly shows in a batch of this length, and its rows fit in memory. */
const BATCH_MAX = 1_000
/** While there is much to catch up with, a shorter batch waits this long for more events. */
const BATCH_MIN = 500
const PATIENCE_MS = 50
/** Before the projectors go back to their checkpoints: nothing better is to be expected sooner. */
const LOST_PAUSE_MS = 500
const REFUSED_PAUSE_MS = 30_000 // an operator has to see to it

export interface FeedSources {
  readonly eventStore: EventStore
  readonly logger: ProcessLogger
  readonly now: () => Date
  /** How long projectors wait that the event store refuses to serve; 30 s when not given. */
  readonly refusedPauseMs?: number
}

/**
 * One subscription for several projectors: each event is read and understood once, and stored by each
 * projector in a transaction of its own. A projector that fails leaves the feed, the others go on.
 * A feed that loses the event store ends, so that the checkpoints are compared with whatever event
 * store is there afterwards.
 */
export class Feed {
  readonly #sources: FeedSources
  readonly #seats: Set<Seat>
  readonly #stop = new AbortController()
  readonly #done: Promise<void>
  #readAhead: ReadAhead | undefined
  #storingSince: Date | undefined
  #isLive = false

  /** Starts to feed the seats, from the least of their positions. */
  constructor(sources: FeedSources, seats: Iterable<Seat>) {
    this.#sources = sources
    this.#seats = new Set(seats)
    this.#done = this.#run()
  }

  get seats(): readonly Seat[] {
    return [...this.#seats]
  }

  /** Whether it has once seen all events there were. */
  get isLive(): boolean {
    return this.#isLive
  }

  /** When the event was recorded that waits longest for being stored. */
  get waitingSince(): Date | undefined {
    return this.#storingSince ?? this.#readAhead?.waitingSince
  }

  feeds(seat: Seat): boolean {
    return this.#seats.has(seat)
  }

  /** Lets the batch under way end, and ends. */
  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#done
  }

  async #run(): Promise<void> {
    try {
      for (const seat of this.seats) await this.#checkHistoryOf(seat)
      await this.#follow()
    } catch (error) {
      if (!this.#stop.signal.aborted) await this.#giveUp(error)
    } finally {
      this.#seats.clear()
    }
  }

  async #checkHistoryOf(seat: Seat): Promise<void> {
    const { projector, checkpoint } = seat
    try {
      await checkHistory(this.#sources.eventStore, projector, checkpoint, this.#stop.signal)
    } catch (error) {
      if (!(error instanceof ForeignHistory)) throw error
      this.#seats.delete(seat)
      seat.stop({ reason: error.message })
    }
  }

  async #follow(): Promise<void> {
    const ending = new AbortController()
    const signal = AbortSignal.any([this.#stop.signal, ending.signal])
    const after = leastPosition(this.seats)
    const streamPrefixes = [ACCOUNT_STREAM_PREFIX]
    const readAhead = new ReadAhead(
      this.#sources.eventStore.subscribeToAll({
        ...(after !== undefined && { after }),
        streamPrefixes,
        signal,
      }),
      BATCH_MAX,
    )
    this.#readAhead = readAhead
    try {
      while (this.#seats.size > 0 && !signal.aborted) await this.#takeAndApply(readAhead)
    } finally {
      this.#readAhead = undefined
      ending.abort()
      await readAhead.close()
    }
  }

  /**
   * An event that cannot be read stops the projectors. Anything else may pass (a refusal when the
   * access is granted again, say): they go back to their checkpoints after a while.
   */
  async #giveUp(error: unknown): Promise<void> {
    if (error instanceof StoredEventUnreadable) {
      this.#stopAll(reasonOf(error), error)
      return
    }
    const { logger, now, refusedPauseMs = REFUSED_PAUSE_MS } = this.#sources
    this.#isLive = false
    for (const seat of this.#seats) seat.disconnect(now())
    const isRefused = error instanceof ReadRefused
    if (isRefused) logger.error({ err: error }, `projectors are refused: ${error.message}`)
    else logger.warn({ err: error }, 'projectors lost their feed')
    await pause(isRefused ? refusedPauseMs : LOST_PAUSE_MS, this.#stop.signal)
  }

  async #takeAndApply(readAhead: ReadAhead): Promise<void> {
    const { events, caughtUp } = await readAhead.take({
      atLeast: this.#isLive ? 1 : BATCH_MIN,
      atMost: BATCH_MAX,
      patienceMs: PATIENCE_MS,
    })
    this.#storingSince = events[0]?.recordedAt
    const { understood, unreadable } = understand(events)
    await Promise.all(this.seats.map((seat) => this.#applyTo(seat, understood)))
    this.#storingSince = undefined
    if (unreadable !== undefined) {
      this.#stopAll(unreadable.message, unreadable)
      return
    }
    if (!caughtUp) return
    this.#isLive = true
    for (const seat of this.#seats) seat.becomeLive()
  }

  async #applyTo(seat: Seat, events: readonly ProjectedEvent[]): Promise<void> {
    try {
      await seat.apply(events)
    } catch (error) {
      this.#seats.delete(seat)
      if (error instanceof PoisonEvent) {
        seat.stop({ reason: error.message, position: error.position, eventId: error.eventId })
        return
      }
      seat.disconnect(this.#sources.now())
      const details = { projector: seat.name, reason: reasonOf(error) }
      this.#sources.logger.warn(details, 'projector goes back to its checkpoint')
    }
  }

  #stopAll(reason: string, event?: { readonly position: bigint; readonly eventId: string }): void {
    for (const seat of this.#seats) seat.stop({ reason, ...(event && place(event)) })
    this.#seats.clear()
  }
}

function place({ position, eventId }: { readonly position: bigint; readonly eventId: string }) {
  return { position, eventId }
}

/** The events up to the first that is broken inside, or that this release does not understand. */
function understand(events: readonly RecordedEvent[]): {
  readonly understood: readonly ProjectedEvent[]
  readonly unreadable?: PoisonEvent
} {
  const understood: ProjectedEvent[] = []
  for (const stored of events) {
    const { id: eventId, revision, position, recordedAt } = stored
    try {
      understood.push({ ...readAccountEvent(stored), eventId, revision, position, recordedAt })
    } catch (error) {
      const isPoison = error instanceof UnreadableEvent || error instanceof StoredEventUnreadable
      if (!isPoison) throw error
      return { understood, unreadable: new PoisonEvent({ position, eventId }, error) }
    }
  }
  return { understood }
}

function leastPosition(seats: readonly Seat[]): bigint | undefined {
  let [least] = seats.map(({ position }) => position)
  for (const { position } of seats) {
    if (position === undefined) return undefined
    if (least !== undefined && position < least) least = position
  }
  return least
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}
