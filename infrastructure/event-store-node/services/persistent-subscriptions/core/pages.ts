/** Which events are wanted next: after a place, so many at most. */
export interface ReadRequest {
  readonly after: number
  readonly limit: number
  readonly isLive: boolean
}

/** An event that was looked at for a group. */
export interface ReadItem {
  /** Its revision in the stream, or its position in `$all`. */
  readonly place: number
  readonly position: number
  readonly id: string
  readonly bucket: number
  readonly isWanted: boolean
  /** False for what the node itself writes on behalf of groups: no reason for a checkpoint. */
  readonly doesCount: boolean
}

/** What was read for a group. */
export interface ReadPage {
  readonly items: readonly ReadItem[]
  /** Up to which place everything was looked at. */
  readonly after: number
  /** Nothing more is there at present. */
  readonly isLast: boolean
  /** Nothing more will ever come. */
  readonly hasEnded: boolean
}

/** A parked message that was read again. */
export interface ParkedItem {
  /** Its revision among the parked ones. */
  readonly revision: number
  readonly position: number
  readonly id: string
  readonly bucket: number
}
