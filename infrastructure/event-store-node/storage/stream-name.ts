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
  if (streamName === '') return 'stream name must not be empty'
  if (streamName === METASTREAM_PREFIX) return `'${METASTREAM_PREFIX}' is not a stream name`
  if (Buffer.byteLength(streamName) > STREAM_NAME_BYTES_MAX) {
    return `stream name must not exceed ${STREAM_NAME_BYTES_MAX} bytes`
  }
  return undefined
}
