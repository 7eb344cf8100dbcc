/** What a finding is about. */
export type FindingKind =
  | 'file'
  | 'format'
  | 'position'
  | 'record'
  | 'index'
  | 'stream'
  | 'next-stream-number'
  | 'tombstone'
  | 'metadata'

/** One thing that is not as it must be. */
export interface Finding {
  readonly kind: FindingKind
  readonly message: string
}

/** So many are kept; of a folder that is wrong all over, the rest is counted alone. */
export const FINDINGS_MAX = 100

/** Gathers what a verification finds, however much that is. */
export class Findings {
  readonly list: Finding[] = []
  #count = 0

  /** How many there are, those that are not kept included. */
  get count(): number {
    return this.#count
  }

  add(kind: FindingKind, message: string): void {
    this.#count += 1
    if (this.list.length < FINDINGS_MAX) this.list.push({ kind, message })
  }
}
