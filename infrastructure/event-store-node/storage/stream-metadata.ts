import { parseAcl, type StreamAcl } from './stream-acl.ts'
import { TOMBSTONE_REVISION } from './revision.ts'

/** What a stream's metadata says about which of its events are to be seen, and by whom. */
export interface StreamMetadata {
  readonly maxCount: number | undefined
  readonly maxAgeSeconds: number | undefined
  readonly truncateBefore: number | undefined
  /** `$tb` is the largest int64: the stream is deleted until something is appended to it. */
  readonly softDeleted: boolean
  /** Undefined: what holds for all streams holds for this one. */
  readonly acl: StreamAcl | undefined
}

export const NO_METADATA: StreamMetadata = {
  maxCount: undefined,
  maxAgeSeconds: undefined,
  truncateBefore: undefined,
  softDeleted: false,
  acl: undefined,
}

/** A metastream shows its last event alone, as on an EventStoreDB. */
export const METASTREAM_METADATA: StreamMetadata = { ...NO_METADATA, maxCount: 1 }

export const SOFT_DELETE_JSON = '{"$tb":9223372036854775807}'
const DELETED_MARK = /"\$tb"\s*:\s*9223372036854775807(?!\d)/
const TRUNCATION = /("\$tb"\s*:\s*)[^\s,}]+/

/** `$maxAge` is counted in units of 100 ns on an EventStoreDB, and must fit an int64. */
const MAX_AGE_SECONDS_MAX = 922_337_203_685
/** The largest int64, or the next number after it: as doubles they are one. */
const INT64_MAX = 2 ** 63

/**
 * Reads the JSON of a `$metadata` event. As on an EventStoreDB values below one count as not said,
 * and when one of them is no whole number, or too large, none of them counts.
 */
export function parseStreamMetadata(json: Buffer): StreamMetadata {
  const text = json.toString('utf8')
  const fields = parseObject(text)
  if (fields === undefined) return NO_METADATA
  const numbers = isWellFormed(fields, text) ? fields : {}
  const truncateBefore = positive(numbers['$tb'])
  return {
    maxCount: positive(numbers['$maxCount']),
    maxAgeSeconds: positive(numbers['$maxAge']),
    truncateBefore,
    softDeleted: truncateBefore === TOMBSTONE_REVISION,
    acl: parseAcl(fields['$acl']),
  }
}

/**
 * The metadata of a deleted stream that lives again from `revision` on; undefined when it is no
 * JSON object. The text is changed in place where that can be done, since parsing and printing it
 * would round large numbers among the custom keys.
 */
export function undeletedMetadata(json: Buffer, revision: number): Buffer | undefined {
  const text = json.toString('utf8')
  const fields = parseObject(text)
  if (fields === undefined) return undefined
  const added = Object.keys(fields).length === 0 ? `"$tb":${revision}}` : `,"$tb":${revision}}`
  const changed = Object.hasOwn(fields, '$tb')
    ? text.replace(TRUNCATION, (_, key: string) => key + String(revision))
    : text.replace(/\}\s*$/, () => added)
  const isRight = parseObject(changed)?.['$tb'] === revision
  return Buffer.from(isRight ? changed : JSON.stringify({ ...fields, $tb: revision }))
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

function isWellFormed(fields: Record<string, unknown>, text: string): boolean {
  return (
    (fields['$tb'] !== INT64_MAX || DELETED_MARK.test(text)) &&
    isWholeNumber(fields['$maxCount'], INT64_MAX) &&
    isWholeNumber(fields['$maxAge'], MAX_AGE_SECONDS_MAX) &&
    isWholeNumber(fields['$tb'], INT64_MAX) &&
    isWholeNumber(fields['$cacheControl'], MAX_AGE_SECONDS_MAX)
  )
}

function isWholeNumber(value: unknown, limit: number): boolean {
  return value === undefined || (Number.isInteger(value) && Math.abs(Number(value)) <= limit)
}

function positive(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 ? value : undefined
}
