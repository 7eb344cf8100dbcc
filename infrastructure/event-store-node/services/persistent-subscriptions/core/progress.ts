/** How far a group has come: everything up to a place is finished. */
export interface Done {
  /** Undefined as long as nothing at all is finished. */
  readonly place: number | undefined
  /** How many events that counts since the group was started. */
  readonly sequence: number
}

interface Limits {
  readonly checkpointAfterMs: number
  readonly minCheckpointCount: number
  readonly maxCheckpointCount: number
}

/**
 * What a group has read and not yet finished, and when that is worth a checkpoint. A place is a
 * revision of the stream, or a position in `$all`. No checkpoint is beyond an unfinished event.
 */
export class Progress {
  readonly #limits: Limits
  /** The events read and not finished, in order; with each what was done when it was read. */
  readonly #unfinished = new Map<number, Done>()
  #read: Done
  #checkpointed = 0
  #checkpointedMs = Number.NEGATIVE_INFINITY

  /** `place`: of the stored checkpoint. */
  constructor(limits: Limits, place: number | undefined) {
    this.#limits = limits
    this.#read = { place, sequence: 0 }
  }

  /** Counts an event that the group does not want; one of the node's own does not even count. */
  passed(place: number, doesCount: boolean): void {
    this.#read = { place, sequence: this.#read.sequence + (doesCount ? 1 : 0) }
  }

  /** Counts an event that has to be finished; gives its number. */
  began(place: number): number {
    const sequence = this.#read.sequence + 1
    this.#unfinished.set(sequence, this.#read)
    this.#read = { place, sequence }
    return sequence
  }

  finished(sequence: number): void {
    this.#unfinished.delete(sequence)
  }

  get done(): Done {
    for (const before of this.#unfinished.values()) return before
    return this.#read
  }

  /**
   * The place of a checkpoint that is due: when enough events are finished, or, at a tick, when
   * some are and the last checkpoint was long enough ago.
   */
  dueCheckpoint(nowMs: number, isTick: boolean): number | undefined {
    const { checkpointAfterMs, minCheckpointCount, maxCheckpointCount } = this.#limits
    const count = this.done.sequence - this.#checkpointed
    const isLongAgo = checkpointAfterMs > 0 && nowMs - this.#checkpointedMs >= checkpointAfterMs
    const isDue =
      count >= maxCheckpointCount || (isTick && count >= minCheckpointCount && isLongAgo)
    return isDue ? this.checkpoint(nowMs) : undefined
  }

  /** The place of a checkpoint with all that is done, or undefined when nothing is new. */
  checkpoint(nowMs: number): number | undefined {
    const { place, sequence } = this.done
    if (place === undefined || sequence <= this.#checkpointed) return undefined
    this.#checkpointed = sequence
    this.#checkpointedMs = nowMs
    return place
  }
}
