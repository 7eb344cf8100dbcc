import type { Kysely } from 'kysely'
import type { Projector } from '../projector.ts'
import type { Schema } from '../schema.ts'
import { ProjectorVersionMismatch, readCheckpoints, registerProjectors } from './checkpoints.ts'
import { Feed, type FeedSources } from './feed.ts'
import { checkHistory } from './history.ts'
import { LockSession } from './lock-session.ts'
import { pause } from './pause.ts'
import { type ProjectorStatus, Seat } from './seat.ts'

/** How often free locks are tried for, and projectors without a feed get one. */
const ROUND_MS = 500
const RECONNECT_FIRST_MS = 100
const RECONNECT_LONGEST_MS = 5_000

export interface ProjectionsOptions extends FeedSources {
  readonly db: Kysely<Schema>
  /** Of the same database, for the connection that holds the locks. */
  readonly databaseUrl: string
  readonly projectors: readonly Projector[]
}

export interface Projections {
  /** Every projector, as it stands. */
  status(): readonly ProjectorStatus[]
  /** Lets the batches under way end, and lets other processes take over. */
  stop(): Promise<void>
}

/**
 * Keeps read models up to date with the event store: every event exactly once, each batch with its
 * checkpoint in one transaction.
 *
 * Of all processes that do this on a database, one at a time runs a projector, and another takes over
 * when it is gone. A lost database or event store is waited for. An event that a projector cannot
 * get past stops that projector and no other; nothing is ever skipped.
 *
 * @throws ProjectorVersionMismatch when rows are of another version of their projector
 * @throws ForeignHistory when rows are of another event store, or of a later state of this one
 * @throws EventStoreUnavailable, ReadRefused when that cannot be known
 */
export async function startProjections(options: ProjectionsOptions): Promise<Projections> {
  const { db, eventStore, projectors } = options
  await registerProjectors(db, projectors)
  const checkpoints = await readCheckpoints(db, projectors)
  for (const [projector, at] of checkpoints) await checkHistory(eventStore, projector, at)
  return new Runner(options)
}

class Runner implements Projections {
  readonly #options: ProjectionsOptions
  readonly #seats: readonly Seat[]
  /** Seats whose lock this process holds. */
  readonly #held = new Set<Seat>()
  readonly #feeds = new Set<Feed>()
  readonly #stop = new AbortController()
  readonly #done: Promise<void>

  constructor(options: ProjectionsOptions) {
    const { projectors, db, logger } = options
    this.#options = options
    this.#seats = projectors.map((projector) => new Seat(projector, db, logger))
    this.#done = this.#run()
  }

  status(): readonly ProjectorStatus[] {
    const now = this.#options.now()
    return this.#seats.map((seat) => seat.status(now, this.#feedOf(seat)?.waitingSince))
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#done
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    let delayMs = RECONNECT_FIRST_MS
    while (!signal.aborted) {
      try {
        await this.#holdLocks(() => {
          delayMs = RECONNECT_FIRST_MS
        })
      } catch (error) {
        this.#options.logger.warn({ err: error }, 'projections lost the database')
      }
      await pause(delayMs, signal)
      delayMs = Math.min(2 * delayMs, RECONNECT_LONGEST_MS)
    }
  }

  /** Runs what it holds the locks of, until it is stopped or the session that holds them is lost. */
  async #holdLocks(onRound: () => void): Promise<void> {
    const session = await LockSession.open(this.#options.databaseUrl)
    const until = AbortSignal.any([this.#stop.signal, session.lost])
    try {
      while (!until.aborted) {
        await this.#round(session)
        onRound()
        await pause(ROUND_MS, until)
      }
      if (session.lost.aborted) throw new Error('the connection that held the locks was lost')
    } finally {
      for (const seat of this.#seats) seat.disconnect(this.#options.now())
      await this.#stopFeeds(this.#feeds)
      this.#held.clear()
      await session.close()
    }
  }

  async #round(session: LockSession): Promise<void> {
    for (const seat of this.#held) {
      if (!seat.isStopped) continue
      this.#held.delete(seat)
      await session.release(seat.name)
    }
    const wanted = this.#seats.filter((seat) => !this.#held.has(seat) && !seat.isStopped)
    const taken = new Set(await session.take(wanted.map(({ name }) => name)))
    for (const seat of wanted) {
      if (taken.has(seat.name)) this.#held.add(seat)
      else seat.standBy()
    }

    this.#dropEmptyFeeds()
    await this.#feedTheHungry()
    await this.#joinLiveFeeds()
  }

  /** Gives a feed to each projector that has none, one feed to all that stand at the same place. */
  async #feedTheHungry(): Promise<void> {
    const hungry = [...this.#held].filter((seat) => this.#feedOf(seat) === undefined)
    if (hungry.length === 0) return
    const places = new Map<bigint | undefined, Seat[]>()
    for (const seat of hungry) {
      if (!(await this.#readCheckpointOf(seat))) continue
      places.set(seat.position, [...(places.get(seat.position) ?? []), seat])
    }
    for (const seats of places.values()) this.#feeds.add(new Feed(this.#options, seats))
  }

  /** Gives false, and stops the seat, when its rows are those of another release. */
  async #readCheckpointOf(seat: Seat): Promise<boolean> {
    try {
      const read = await readCheckpoints(this.#options.db, [seat.projector])
      seat.catchUpFrom(read.get(seat.projector))
      return true
    } catch (error) {
      if (!(error instanceof ProjectorVersionMismatch)) throw error
      seat.stop({ reason: error.message })
      return false
    }
  }

  /** Feeds that have caught up are at the same place, as good as: one is enough from then on. */
  async #joinLiveFeeds(): Promise<void> {
    const live = [...this.#feeds].filter((feed) => feed.isLive)
    if (live.length < 2) return
    const seats = live.flatMap((feed) => feed.seats)
    await this.#stopFeeds(live)
    // A seat that failed meanwhile has to read its checkpoint first.
    this.#feeds.add(
      new Feed(
        this.#options,
        seats.filter((seat) => seat.isLive),
      ),
    )
  }

  #dropEmptyFeeds(): void {
    for (const feed of this.#feeds) if (feed.seats.length === 0) this.#feeds.delete(feed)
  }

  async #stopFeeds(feeds: Iterable<Feed>): Promise<void> {
    const stopping = [...feeds]
    await Promise.all(stopping.map((feed) => feed.stop()))
    for (const feed of stopping) this.#feeds.delete(feed)
  }

  #feedOf(seat: Seat): Feed | undefined {
    return [...this.#feeds].find((feed) => feed.feeds(seat))
  }
}
