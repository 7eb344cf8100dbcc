import { ACCOUNT_STREAM_PREFIX, readAccountEvent, UnreadableEvent } from '../../domain/index.ts'
import {
  type EventStore,
  ReadRefused,
  type RecordedEvent,
} from '../../infrastructure/event-store/index.ts'
import type { ProcessLogger } from '../../infrastructure/processes/index.ts'
import type { ProjectedEvent } from '../projector.ts'
import { ReadAhead } from './read-ahead.ts'
import { PoisonEvent, type Seat } from './seat.ts'

/** A statement's fixed cost hardly shows in a batch of this length, and its rows fit in memory. */
const BATCH_MAX = 1_000
/** While there is much to catch up with, a shorter batch waits this long for more events. */
const BATCH_MIN = 500
const PATIENCE_MS = 50

export interface FeedSources {
  readonly eventStore: EventStore
  readonly logger: ProcessLogger
}

/**
 * One subscription for several projectors: each event is read and understood once, and stored by each
 * projector in a transaction of its own. A projector that fails leaves the feed, the others go on.
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
    const { eventStore, logger } = this.#sources
    const { signal } = this.#stop
    const after = leastPosition(this.seats)
    const streamPrefixes = [ACCOUNT_STREAM_PREFIX]
    const readAhead = new ReadAhead(
      eventStore.subscribeToAll({ ...(after !== undefined && { after }), streamPrefixes, signal }),
      BATCH_MAX,
    )
    this.#readAhead = readAhead
    try {
      while (this.#seats.size > 0 && !signal.aborted) await this.#takeAndApply(readAhead)
    } catch (error) {
      if (error instanceof ReadRefused) this.#stopAll(reasonOf(error))
      else if (!signal.aborted) logger.warn({ err: error }, 'projectors lost their feed')
    } finally {
      this.#seats.clear()
      this.#stop.abort()
      await readAhead.close()
    }
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
      seat.standBy()
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

/** The events up to the first that this release does not understand. */
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
      if (!(error instanceof UnreadableEvent)) throw error
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
