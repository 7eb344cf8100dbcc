/** Longest stream name: it is a key of LMDB, whose keys end at 1,978 bytes. */
export const STREAM_NAME_BYTES_MAX = 1_024

const METASTREAM_PREFIX = '$$'

/**
 * A stream and its metastream `$$name` share one row in the stream table. Their numbers lie side by
 * side: the stream has the even number, the metastream the odd one after it.
 */
export interface StreamAddress {
  readonly base: string
  readonly side: StreamSide
}

export type StreamSide = 0 | 1

/** Splits a stream name into its row and its side. */
export function addressOf(streamName: string): StreamAddress {
  return streamName.startsWith(METASTREAM_PREFIX)
    ? { base: streamName.slice(METASTREAM_PREFIX.length), side: 1 }
    : { base: streamName, side: 0 }
}

/** The name that `addressOf` took apart. */
export function nameOf({ base, side }: StreamAddress): string {
  return side === 0 ? base : METASTREAM_PREFIX + base
}

/** What is wrong with a stream name, or undefined. */
export function flawOfStreamName(streamName: string): string | undefined {
  if (streamName === METASTREAM_PREFIX) return `'${METASTREAM_PREFIX}' is not a stream name`
  return flawOfBase(streamName)
}

/**
 * What is wrong with the base of a stored name, or undefined. Its metastream, which the node writes
 * itself when a stream is deleted, has a longer name, and `$$` is the base of `$$$$`.
 */
export function flawOfBase(base: string): string | undefined {
  if (base === '') return 'stream name must not be empty'
  if (Buffer.byteLength(base) > STREAM_NAME_BYTES_MAX) {
    return `stream name must not exceed ${STREAM_NAME_BYTES_MAX} bytes`
  }
  return undefined
}
