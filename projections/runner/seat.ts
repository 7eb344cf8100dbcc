import { type Kysely, sql } from 'kysely'
import type { ProcessLogger } from '../../infrastructure/processes/index.ts'
import type { ProjectedEvent, Projector } from '../projector.ts'
import type { Schema } from '../schema.ts'
import { type Checkpoint, moveCheckpoint } from './checkpoints.ts'
import { passes } from './passing-errors.ts'

/**
 * What a projector does: it is cut off from the database or the event store and tries again, another
 * process runs it, it comes from behind, it follows, it gave up.
 */
export type ProjectorState = 'disconnected' | 'standing-by' | 'catching-up' | 'live' | 'stopped'

export interface ProjectorStatus {
  readonly name: string
  readonly version: number
  readonly state: ProjectorState
  /** Of the last event it has stored the rows of, as far as this process knows. */
  readonly position: bigint | undefined
  /**
   * How old the oldest event is whose rows are not stored yet; 0 when there is none. While it is
   * disconnected, how long it has been so: it cannot know of later events. Undefined while another
   * process runs it, and before the first event.
   */
  readonly lagMs: number | undefined
  /** Why it stopped; it goes on only when the process is started again. */
  readonly stopped?: StopReason
}

export interface StopReason {
  readonly reason: string
  /** The event it could not get past, where it was one. */
  readonly position?: bigint
  readonly eventId?: string
}

/** An event that a projector cannot get past. */
export class PoisonEvent extends Error {
  override readonly name = 'PoisonEvent'
  readonly position: bigint
  readonly eventId: string

  constructor(event: { readonly position: bigint; readonly eventId: string }, cause: unknown) {
    super(cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause), { cause })
    this.position = event.position
    this.eventId = event.eventId
  }
}

const ATTEMPTS_AT_ONE_EVENT = 3

/** A projector in this process: where it stands, and how it goes on from there. */
export class Seat {
  readonly projector: Projector
  readonly #db: Kysely<Schema>
  readonly #logger: ProcessLogger
  #state: ProjectorState = 'disconnected'
  /** Kept until it is live again, however often it tries. */
  #disconnectedAt: Date | undefined
  #stopped: StopReason | undefined
  #checkpoint: Checkpoint | undefined
  #lastRecordedAt: Date | undefined

  constructor(projector: Projector, db: Kysely<Schema>, logger: ProcessLogger) {
    this.projector = projector
    this.#db = db
    this.#logger = logger
  }

  get name(): string {
    return this.projector.name
  }

  get position(): bigint | undefined {
    return this.#checkpoint?.position
  }

  get checkpoint(): Checkpoint | undefined {
    return this.#checkpoint
  }

  get isStopped(): boolean {
    return this.#state === 'stopped'
  }

  get isLive(): boolean {
    return this.#state === 'live'
  }

  /** Another process runs it. */
  standBy(): void {
    if (this.isStopped) return
    this.#state = 'standing-by'
    this.#disconnectedAt = undefined
  }

  /** It is cut off, and whether another process runs it or what events there are is not known. */
  disconnect(at: Date): void {
    if (this.isStopped) return
    this.#state = 'disconnected'
    this.#disconnectedAt ??= at
  }

  /** Goes on from a checkpoint that was read. */
  catchUpFrom(checkpoint: Checkpoint | undefined): void {
    this.#checkpoint = checkpoint
    this.#lastRecordedAt = undefined
    this.#state = 'catching-up'
  }

  becomeLive(): void {
    if (this.#state !== 'catching-up') return
    this.#state = 'live'
    this.#disconnectedAt = undefined
    this.#logger.info({ projector: this.name, position: text(this.position) }, 'projector is live')
  }

  /** Gives up for good, loudly. */
  stop(reason: StopReason): void {
    if (this.isStopped) return
    this.#state = 'stopped'
    this.#stopped = reason
    const { position, eventId } = reason
    const details = { projector: this.name, position: text(position), eventId }
    this.#logger.error(details, `projector ${this.name} stopped: ${reason.reason}`)
  }

  /** `waitingSince`: when the oldest event was recorded that waits for it. */
  status(now: Date, waitingSince: Date | undefined): ProjectorStatus {
    const { name, version } = this.projector
    return {
      name,
      version,
      state: this.#state,
      position: this.position,
      lagMs: this.#lagMs(now, waitingSince),
      ...(this.#stopped && { stopped: this.#stopped }),
    }
  }

  /**
   * Stores what the events bring about and the checkpoint, in one transaction; events that are stored
   * already are left out. When one of them cannot be stored, those before it are.
   *
   * @throws PoisonEvent for an event that fails again and again by itself
   * @throws CheckpointMoved and errors of the database that pass: the checkpoint has to be read again
   */
  async apply(events: readonly ProjectedEvent[]): Promise<void> {
    const last = events.at(-1)
    if (last === undefined || isStored(last, this.position)) return
    const todo = events.filter((event) => !isStored(event, this.position))
    try {
      await this.#store(todo, last)
    } catch (error) {
      if (passes(error)) throw error
      await this.#narrowDown(todo, last, error)
    }
  }

  async #store(events: readonly ProjectedEvent[], last: ProjectedEvent): Promise<void> {
    await this.#db.transaction().execute(async (tx) => {
      // A crash of the database may cost the last batches, rows and checkpoint together: they come
      // again from the event store, and no batch waits for the disk.
      await sql`set local synchronous_commit = off`.execute(tx)
      await moveCheckpoint(tx, this.projector, this.position, last)
      await this.projector.project(tx, events)
    })
    this.#checkpoint = { position: last.position, eventId: last.eventId }
    this.#lastRecordedAt = last.recordedAt
  }

  /** Halves the batch until the event that fails stands alone. */
  async #narrowDown(
    events: readonly ProjectedEvent[],
    last: ProjectedEvent,
    error: unknown,
  ): Promise<void> {
    if (events.length === 1) return this.#tryAgain(last, error)
    const middle = events.length >>> 1
    await this.apply(events.slice(0, middle))
    await this.apply(events.slice(middle))
  }

  async #tryAgain(event: ProjectedEvent, firstError: unknown): Promise<void> {
    let lastError = firstError
    for (let attempts = 1; attempts < ATTEMPTS_AT_ONE_EVENT; attempts++) {
      try {
        await this.#store([event], event)
        return
      } catch (error) {
        if (passes(error)) throw error
        lastError = error
      }
    }
    throw new PoisonEvent(event, lastError)
  }

  #lagMs(now: Date, waitingSince: Date | undefined): number | undefined {
    if (this.#state === 'standing-by') return undefined
    if (this.#state === 'live' && waitingSince === undefined) return 0
    const since = this.#behindSince(waitingSince)
    return since === undefined ? undefined : Math.max(0, now.getTime() - since.getTime())
  }

  #behindSince(waitingSince: Date | undefined): Date | undefined {
    if (this.#state === 'live') return waitingSince
    if (this.#state === 'disconnected') return this.#disconnectedAt
    return this.#lastRecordedAt ?? waitingSince ?? this.#disconnectedAt
  }
}

function isStored({ position }: ProjectedEvent, upTo: bigint | undefined): boolean {
  return upTo !== undefined && position <= upTo
}

/** JSON, and so the log, has no bigint. */
function text(position: bigint | undefined): string | undefined {
  return position?.toString()
}
