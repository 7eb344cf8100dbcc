import { randomBytes } from 'node:crypto'

/** About as many as the cache of an EventStoreDB holds. */
export const COMMITTED_IDS_MAX = 100_000

const WORDS_PER_ID = 4
const NONE = -1
const UINT32 = 2 ** 32

/**
 * Which events were appended last, by stream and event id: what a retry that expects no particular
 * revision is recognised by. It holds a fixed number of them, the oldest go first, and takes
 * about 45 bytes for each, whether it is full or not. Taking one in is as quick when all of them are
 * equal: ids come from clients, and equal ones share a chain whatever their hash.
 */
export class CommittedIds {
  readonly #capacity: number
  readonly #ids: Int32Array
  readonly #streamNumbers: Float64Array
  readonly #revisions: Float64Array
  /** The place of the newest of those whose hash is the same; from each the next one either way. */
  readonly #newest: Int32Array
  readonly #older: Int32Array
  readonly #newer: Int32Array
  /** Clients must not be able to make different ids fall together. */
  readonly #seed = randomBytes(4).readInt32LE(0) | 1
  #added = 0

  constructor(capacity = COMMITTED_IDS_MAX) {
    this.#capacity = capacity
    this.#ids = new Int32Array(capacity * WORDS_PER_ID)
    this.#streamNumbers = new Float64Array(capacity)
    this.#revisions = new Float64Array(capacity)
    this.#newest = new Int32Array(2 ** Math.ceil(Math.log2(capacity))).fill(NONE)
    this.#older = new Int32Array(capacity)
    this.#newer = new Int32Array(capacity)
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
    const older = this.#newest[bucket] ?? NONE
    if (older !== NONE) this.#newer[older] = place
    this.#older[place] = older
    this.#newer[place] = NONE
    this.#newest[bucket] = place
    this.#added += 1
  }

  /** The latest revision of an event id in a stream, as far back as is known. */
  revisionOf(streamNumber: number, id: Buffer): number | undefined {
    let hash = this.#seed
    for (let word = 0; word < WORDS_PER_ID; word += 1) hash = mixed(hash, wordOf(id, word))
    let place = this.#newest[this.#bucketFor(hash, streamNumber)] ?? NONE
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
    const newer = this.#newer[place] ?? NONE
    if (newer === NONE) this.#newest[this.#bucketOf(place)] = NONE
    else this.#older[newer] = NONE
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
    let hash = this.#seed
    for (let word = 0; word < WORDS_PER_ID; word += 1) hash = mixed(hash, this.#ids[at + word] ?? 0)
    return this.#bucketFor(hash, this.#streamNumbers[place] ?? 0)
  }

  #bucketFor(idHash: number, streamNumber: number): number {
    const hash = mixed(mixed(idHash, streamNumber), Math.floor(streamNumber / UINT32))
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
