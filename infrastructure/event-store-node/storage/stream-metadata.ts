import { TOMBSTONE_REVISION } from './revision.ts'

/** What a stream's metadata says about which of its events are to be seen. */
export interface StreamMetadata {
  readonly maxCount: number | undefined
  readonly maxAgeSeconds: number | undefined
  readonly truncateBefore: number | undefined
  /** `$tb` is the largest int64: the stream is deleted until something is appended to it. */
  readonly softDeleted: boolean
}

export const NO_METADATA: StreamMetadata = {
  maxCount: undefined,
  maxAgeSeconds: undefined,
  truncateBefore: undefined,
  softDeleted: false,
}

/** A metastream shows its last event alone, as on an EventStoreDB. */
export const METASTREAM_METADATA: StreamMetadata = { ...NO_METADATA, maxCount: 1 }

export const SOFT_DELETE_JSON = '{"$tb":9223372036854775807}'
const DELETED_MARK = /("\$tb"\s*:\s*)9223372036854775807(?!\d)/

/** Reads the JSON of a `$metadata` event; what cannot be understood counts as not said. */
export function parseStreamMetadata(json: Buffer): StreamMetadata {
  const text = json.toString('utf8')
  const fields = parseObject(text)
  if (fields === undefined) return NO_METADATA
  const truncateBefore = wholeNumber(fields['$tb'])
  return {
    maxCount: wholeNumber(fields['$maxCount']),
    maxAgeSeconds: wholeNumber(fields['$maxAge']),
    truncateBefore,
    softDeleted: truncateBefore === TOMBSTONE_REVISION && DELETED_MARK.test(text),
  }
}

/**
 * The metadata of a deleted stream that lives again from `revision` on. The text is changed in
 * place, since parsing and printing it would round large numbers among the custom keys.
 */
export function undeletedMetadata(json: Buffer, revision: number): Buffer {
  return Buffer.from(json.toString('utf8').replace(DELETED_MARK, `$1${revision}`))
}

/** The lowest revision that metadata leaves visible in a stream whose last event is `last`. */
export function firstVisibleRevision(metadata: StreamMetadata, last: number): number {
  const byCount = metadata.maxCount === undefined ? 0 : last - metadata.maxCount + 1
  return Math.max(0, byCount, metadata.truncateBefore ?? 0)
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function wholeNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : undefined
}
