import type { Direction } from '../storage/reader.ts'
import type { EventFilter } from './filter.ts'

/** From where on a stream is read: its ends, or a revision. */
export type StreamPlace = 'start' | 'end' | number

/** From where on `$all` is read: its ends, or a position. */
export type AllPlace = 'start' | 'end' | number

interface Common {
  readonly resolveLinks: boolean
  readonly isStructuredUuid: boolean
}

export interface ReadStreamOptions extends Common {
  readonly kind: 'read-stream'
  readonly streamName: string
  readonly from: StreamPlace
  readonly direction: Direction
  readonly countMax: number
}

export interface ReadAllOptions extends Common {
  readonly kind: 'read-all'
  readonly from: AllPlace
  readonly direction: Direction
  readonly countMax: number
  readonly filter: EventFilter | undefined
}

export interface SubscribeToStreamOptions extends Common {
  readonly kind: 'subscribe-to-stream'
  readonly streamName: string
  /** Exclusive when it is a revision. */
  readonly from: StreamPlace
}

export interface SubscribeToAllOptions extends Common {
  readonly kind: 'subscribe-to-all'
  /** Exclusive when it is a position. */
  readonly from: AllPlace
  readonly filter: EventFilter | undefined
  /** A checkpoint is due after so many events considered. */
  readonly checkpointInterval: number
}

export type ReadOptions =
  ReadStreamOptions | ReadAllOptions | SubscribeToStreamOptions | SubscribeToAllOptions
