import { randomBytes } from 'node:crypto'

/** About as many as the cache of an EventStoreDB holds. */
export const COMMITTED_IDS_MAX = 100_000

const WORDS_PER_ID = 4
const NONE = -1

/**
 * Which events were appended last, by stream and event id: what a retry that expects no particular
 * revision is recognised by. It holds a fixed number of them, the oldest go first, and takes 44
 * bytes for each, whether it is full or not.
 */
export class CommittedIds {
  readonly #capacity: number
  readonly #ids: Int32Array
  readonly #streamNumbers: Float64Array
  readonly #revisions: Float64Array
  /** The place of the first of those whose hash is the same, then from each the next older one. */
  readonly #newest: Int32Array
  readonly #older: Int32Array
  /** Ids come from clients, who must not be able to make many of them fall together. */
  readonly #seed = randomBytes(4).readInt32LE(0) | 1
  #added = 0

  constructor(capacity = COMMITTED_IDS_MAX) {
    this.#capacity = capacity
    this.#ids = new Int32Array(capacity * WORDS_PER_ID)
    this.#streamNumbers = new Float64Array(capacity)
    this.#revisions = new Float64Array(capacity)
    this.#newest = new Int32Array(2 ** Math.ceil(Math.log2(capacity))).fill(NONE)
    this.#older = new Int32Array(capacity)
  }

  /** Takes in an event; the oldest one goes when there is no room. */
  add(streamNumber: number, id: Buffer, revision: number): void {
    const place = this.#added % this.#capacity
    if (this.#added >= this.#capacity) this.#forget(place)
    const at = place * WORDS_PER_ID
    for (let word = 0; word < WORDS_PER_ID; word += 1) this.#ids[at + word] = wordOf(id, word)
    this.#streamNumbers[place] = streamNumber
    this.#revisions[place] = revision
    const bucket = this.#bucketOf(place)
    this.#older[place] = this.#newest[bucket] ?? NONE
    this.#newest[bucket] = place
    this.#added += 1
  }

  /** The latest revision of an event id in a stream, as far back as is known. */
  revisionOf(streamNumber: number, id: Buffer): number | undefined {
    const hash = this.#hash(wordOf(id, 0), wordOf(id, 1), wordOf(id, 2), wordOf(id, 3))
    let place = this.#newest[hash] ?? NONE
    for (; place !== NONE; place = this.#older[place] ?? NONE) {
      if (this.#streamNumbers[place] === streamNumber && this.#isAt(place, id)) {
        return this.#revisions[place]
      }
    }
    return undefined
  }

  /** Forgets everything. */
  clear(): void {
    this.#newest.fill(NONE)
    this.#added = 0
  }

  /** The oldest of all is the last one of its chain. */
  #forget(place: number): void {
    const bucket = this.#bucketOf(place)
    let at = this.#newest[bucket] ?? NONE
    if (at === place) {
      this.#newest[bucket] = NONE
      return
    }
    while (at !== NONE && this.#older[at] !== place) at = this.#older[at] ?? NONE
    if (at !== NONE) this.#older[at] = NONE
  }

  #isAt(place: number, id: Buffer): boolean {
    const at = place * WORDS_PER_ID
    for (let word = 0; word < WORDS_PER_ID; word += 1) {
      if (this.#ids[at + word] !== wordOf(id, word)) return false
    }
    return true
  }

  #bucketOf(place: number): number {
    const at = place * WORDS_PER_ID
    const ids = this.#ids
    return this.#hash(ids[at] ?? 0, ids[at + 1] ?? 0, ids[at + 2] ?? 0, ids[at + 3] ?? 0)
  }

  #hash(a: number, b: number, c: number, d: number): number {
    const hash = mixed(mixed(mixed(mixed(this.#seed, a), b), c), d)
    return (hash ^ (hash >>> 13)) & (this.#newest.length - 1)
  }
}

function mixed(hash: number, word: number): number {
  const product = Math.imul(hash ^ word, 0x85eb_ca6b)
  return product ^ (product >>> 15)
}

function wordOf(id: Buffer, word: number): number {
  return id.readInt32LE(word * 4)
}
