import { createHash } from 'node:crypto'

/** Reproducible randomness: the same seed gives the same draws, on any machine. */
export interface Random {
  /** A whole number from 0 to `bound` - 1, each as likely. */
  below(bound: number): number
  /** True once in `oneIn` times. */
  oneIn(oneIn: number): boolean
  /** One of the list. @throws RangeError when it is empty */
  pick<Item>(items: readonly Item[]): Item
}

const TWO_TO_THE_32 = 0x1_0000_0000

/**
 * The generator that belongs to these words, such as a seed and a player's number. Different words
 * give generators that have nothing to do with each other.
 */
export function randomFrom(...words: readonly (string | number)[]): Random {
  const next = sfc32(createHash('sha256').update(JSON.stringify(words)).digest())
  const below = (bound: number) => {
    // Draws beyond the last whole multiple are drawn again, or else low numbers were more likely.
    const limit = TWO_TO_THE_32 - (TWO_TO_THE_32 % bound)
    let drawn = next()
    while (drawn >= limit) drawn = next()
    return drawn % bound
  }
  return {
    below,
    oneIn: (oneIn) => below(oneIn) === 0,
    pick(items) {
      const item = items[below(items.length)]
      if (item === undefined) throw new RangeError('nothing to pick from')
      return item
    },
  }
}

/** Chris Doty-Humphrey's "small fast counting" generator with 128 bits of state. */
function sfc32(seed: Buffer): () => number {
  let a = seed.readUInt32LE(0)
  let b = seed.readUInt32LE(4)
  let c = seed.readUInt32LE(8)
  let counter = 1
  const next = () => {
    const drawn = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + drawn) | 0
    return drawn >>> 0
  }
  for (let round = 0; round < 12; round++) next()
  return next
}
