import { LRUCache } from 'lru-cache'
import { TOMBSTONE_REVISION } from './revision.ts'
import type { Reader } from './reader.ts'
import { addressOf, type StreamSide } from './stream-name.ts'
import {
  METASTREAM_METADATA,
  NO_METADATA,
  parseStreamMetadata,
  type StreamMetadata,
} from './stream-metadata.ts'

/** What is known of a stream and its metastream. */
export interface StreamPair {
  /** Even; the metastream's is one more. Undefined while neither was ever written. */
  readonly number: number | undefined
  /** Last revision of the stream and of its metastream. */
  readonly last: readonly [number, number]
  /** What the metastream says about the stream. */
  readonly metadata: StreamMetadata
}

/** One stream (or metastream) as readers see it. */
export interface StreamView {
  readonly number: number | undefined
  readonly lastRevision: number
  readonly metadata: StreamMetadata
  readonly isTombstoned: boolean
}

const CACHED_PAIRS_MAX = 50_000
/** Access lists may be long. */
const CACHED_BYTES_MAX = 64 * 1_048_576
const PAIR_BYTES = 400
const ROLE_BYTES = 32

/** The committed state of streams, from a bounded cache, else from the tables. */
export class StreamStates {
  readonly #reader: Reader
  readonly #cache = new LRUCache<string, StreamPair>({
    max: CACHED_PAIRS_MAX,
    maxSize: CACHED_BYTES_MAX,
    sizeCalculation: bytesOf,
  })

  constructor(reader: Reader) {
    this.#reader = reader
  }

  /** The state of a stream by its full name. */
  view(streamName: string): StreamView {
    const { base, side } = addressOf(streamName)
    const pair = this.pair(base)
    return {
      number: pair.number === undefined ? undefined : pair.number + side,
      lastRevision: pair.last[side],
      metadata: metadataOf(pair, side),
      isTombstoned: pair.last[side] === TOMBSTONE_REVISION,
    }
  }

  /** The state of a stream and its metastream. */
  pair(base: string): StreamPair {
    const cached = this.#cache.get(base)
    if (cached !== undefined) return cached
    const pair = this.#load(base)
    this.#cache.set(base, pair)
    return pair
  }

  /** Takes over what has just been committed. */
  committed(base: string, pair: StreamPair): void {
    this.#cache.set(base, pair)
  }

  /** Forgets everything, when it is not certain what was committed. */
  forgetAll(): void {
    this.#cache.clear()
  }

  #load(base: string): StreamPair {
    const number = this.#reader.streamNumber(base)
    if (number === undefined) return { number, last: [-1, -1], metadata: NO_METADATA }
    const lastMetadata = this.#reader.lastRevision(number + 1)
    return {
      number,
      last: [this.#reader.lastRevision(number), lastMetadata],
      metadata: this.#loadMetadata(number + 1, lastMetadata),
    }
  }

  #loadMetadata(metastreamNumber: number, revision: number): StreamMetadata {
    const position = this.#reader.positionAt(metastreamNumber, revision)
    if (position === undefined) return NO_METADATA
    const record = this.#reader.record(position)
    return record.isJson ? parseStreamMetadata(record.data) : NO_METADATA
  }
}

/** About what a pair takes, two bytes a character at most. */
function bytesOf({ metadata }: StreamPair, base: string): number {
  const roles = Object.values(metadata.acl ?? {}).flat()
  const ofRoles = roles.reduce((bytes, role) => bytes + ROLE_BYTES + 2 * role.length, 0)
  return PAIR_BYTES + 2 * base.length + ofRoles
}

/** The metadata that holds for the stream or, as a fixed rule, for its metastream. */
export function metadataOf(pair: StreamPair, side: StreamSide): StreamMetadata {
  return side === 0 ? pair.metadata : METASTREAM_METADATA
}
