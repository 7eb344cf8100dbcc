/**
 * An immutable, insertion-ordered memory of keys that forgets in a known way: the newest entries are
 * held whole, of older keys only a fingerprint of 53 bits remains. So it can say of any key "this is
 * its value", "never seen", or "perhaps dropped: look it up elsewhere", and up to which revision
 * that elsewhere must reach for its word to count.
 *
 * It is a pure fold: the same entries in the same order give the same window. An addition copies at
 * most CHUNK_LENGTH entries, and a fingerprint is copied once for each doubling of their number.
 */
export interface KeyWindow<Value> {
  /** Fewer than CHUNK_LENGTH, oldest first: so few are copied and searched faster than a map. */
  readonly youngest: readonly Entry<Value>[]
  /** Full chunks by key, newest first. */
  readonly chunks: readonly ReadonlyMap<string, Entry<Value>>[]
  /**
   * Fingerprints of the keys dropped, eight bytes for each key in the account's life: sorted runs,
   * newest first, each at least twice as long as the one before it.
   */
  readonly dropped: readonly Float64Array[]
  /** Revision of the newest entry dropped; -1 while nothing is. */
  readonly droppedThrough: bigint
}

interface Entry<Value> {
  readonly key: string
  readonly value: Value
  readonly revision: bigint
}

const CHUNK_LENGTH = 16
const CHUNKS_MAX = 8

/** How many of the newest entries are held whole, at least. */
export const WINDOW_LENGTH_MIN = CHUNK_LENGTH * CHUNKS_MAX

export function emptyKeyWindow<Value>(): KeyWindow<Value> {
  return { youngest: [], chunks: [], dropped: [], droppedThrough: -1n }
}

/** Adds an entry, or lets a newer value stand for a key. `revision` is that of the event it is from. */
export function remember<Value>(
  window: KeyWindow<Value>,
  key: string,
  value: Value,
  revision: bigint,
): KeyWindow<Value> {
  const { chunks, dropped, droppedThrough } = window
  const youngest = withNewest(window.youngest, { key, value, revision })
  if (youngest.length < CHUNK_LENGTH) return { youngest, chunks, dropped, droppedThrough }
  const chunk = new Map(youngest.map((entry) => [entry.key, entry]))
  const filled = { youngest: [], chunks: [chunk, ...chunks], dropped, droppedThrough }
  return filled.chunks.length > CHUNKS_MAX ? dropOldestChunk(filled) : filled
}

/** How many entries are held whole. */
export function windowLength<Value>({ youngest, chunks }: KeyWindow<Value>): number {
  return youngest.length + chunks.length * CHUNK_LENGTH
}

/** The value of a key among the newest entries. */
export function recall<Value>(window: KeyWindow<Value>, key: string): Value | undefined {
  const entry = window.youngest.find((young) => young.key === key)
  if (entry !== undefined) return entry.value
  for (const chunk of window.chunks) {
    const older = chunk.get(key)
    if (older !== undefined) return older.value
  }
  return undefined
}

/** Whether the key is known no more, but may have been once. */
export function isForgotten<Value>(window: KeyWindow<Value>, key: string): boolean {
  return mayHaveDropped(window, key) && recall(window, key) === undefined
}

/** Whether the key may be one of those dropped: false is certain, true is almost certain. */
export function mayHaveDropped<Value>(window: KeyWindow<Value>, key: string): boolean {
  if (window.dropped.length === 0) return false
  const wanted = fingerprint(key)
  return window.dropped.some((run) => includes(run, wanted))
}

/** The entries with a new one, in the place of that of the same key if there is one. */
function withNewest<Value>(
  entries: readonly Entry<Value>[],
  newest: Entry<Value>,
): readonly Entry<Value>[] {
  const index = entries.findIndex(({ key }) => key === newest.key)
  return index < 0 ? [...entries, newest] : entries.with(index, newest)
}

function includes(run: Float64Array, wanted: number): boolean {
  let low = 0
  let high = run.length - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    const found = run[middle] ?? Number.NaN
    if (found === wanted) return true
    if (found < wanted) low = middle + 1
    else high = middle - 1
  }
  return false
}

function dropOldestChunk<Value>(window: KeyWindow<Value>): KeyWindow<Value> {
  const oldest = window.chunks.at(-1) ?? new Map<string, Entry<Value>>()
  let { droppedThrough } = window
  for (const { revision } of oldest.values()) {
    if (revision > droppedThrough) droppedThrough = revision
  }
  const dropped = withRun(window.dropped, Float64Array.from(oldest.keys(), fingerprint).sort())
  return { ...window, chunks: window.chunks.slice(0, -1), dropped, droppedThrough }
}

/** Adds a sorted run, merging it with those before it that are not yet twice as long. */
function withRun(runs: readonly Float64Array[], run: Float64Array): readonly Float64Array[] {
  const [before, ...older] = runs
  if (before === undefined || before.length >= 2 * run.length) return [run, ...runs]
  return withRun(older, merged(before, run))
}

function merged(a: Float64Array, b: Float64Array): Float64Array {
  const both = new Float64Array(a.length + b.length)
  let fromA = 0
  let fromB = 0
  for (let index = 0; index < both.length; index++) {
    const nextA = a[fromA] ?? Number.POSITIVE_INFINITY
    const nextB = b[fromB] ?? Number.POSITIVE_INFINITY
    both[index] = Math.min(nextA, nextB)
    if (nextA <= nextB) fromA++
    else fromB++
  }
  return both
}

/** 53 bits of a string: two multiplicative 32-bit hashes. Two keys sharing one costs a look-up, no more. */
export function fingerprint(key: string): number {
  let high = 0x9e3779b9
  let low = 0x85ebca6b
  for (let index = 0; index < key.length; index++) {
    const code = key.charCodeAt(index)
    high = Math.imul(high ^ code, 0x9e3779b1)
    low = Math.imul(low ^ code, 0x5f356495)
  }
  high = Math.imul(high ^ (high >>> 15), 0x735a2d97) ^ (low >>> 13)
  low = Math.imul(low ^ (low >>> 16), 0x2c1b3c6d) ^ (high >>> 12)
  return (high >>> 11) * 0x1_0000_0000 + (low >>> 0)
}
