/**
 * An event on its way through a group. It waits, is in flight at one consumer at a time, and is
 * finished when it is acknowledged, skipped or parked. The event itself stays in the store.
 */
export interface Message {
  /** What consumers name it by: the id of the event, of a link that of the link (16 bytes). */
  readonly id: string
  /** Position of its record in the log. */
  readonly position: number
  /** Its number among what the group has read, or its revision among the parked ones. */
  readonly sequence: number
  /** What it is pinned by: one of `BUCKET_COUNT`. */
  readonly bucket: number
  /** How often it was given to a consumer before, in vain. */
  readonly retryCount: number
  /** Read right when it was appended, not while catching up. */
  readonly isLive: boolean
  /** Comes from the parked messages: it holds back their truncation, not the checkpoint. */
  readonly isReplayed: boolean
}

/** What a consumer wants done with a message that it could not process. */
export type RefusalAction = 'unknown' | 'park' | 'retry' | 'skip' | 'stop'

/** Strategies that pin streams to consumers pin so many groups of streams. */
export const BUCKET_COUNT = 1_024
