/** The invariants of design.md and docs/invariants.md that a simulation can see broken. */
export const invariants = {
  // None of the list: without it the others would be kept by an API that answers nobody.
  0: 'every request gets a definite answer',
  1: 'money is conserved, and the read models equal the events',
  2: 'cash never goes below zero',
  3: 'one transaction id, one effect',
  4: 'no bet after what forbids it',
  5: 'what was acknowledged is there',
  6: 'what was refused has left no trace',
} as const
export type InvariantNumber = keyof typeof invariants

/** Where the auditor saw it. */
export type Evidence = 'answer' | 'graphql' | 'postgres' | 'event store' | 'reconciliation'

export interface Violation {
  readonly invariant: InvariantNumber
  readonly evidence: Evidence
  /** The player's name in the simulation; absent where it concerns no single player. */
  readonly player?: string
  /** Issuer and transaction id, or what else it is about: a table, a round, a currency. */
  readonly subject: string
  readonly expected: string
  readonly actual: string
}

/** What was found: every violation counted, the first of them kept. */
export class Findings {
  readonly #kept: Violation[] = []
  readonly #keptMax: number
  #count = 0

  constructor(keptMax = 50) {
    this.#keptMax = keptMax
  }
  get count(): number {
    return this.#count
  }
  get kept(): readonly Violation[] {
    return this.#kept
  }
  add(violation: Violation): void {
    this.#count += 1
    if (this.#kept.length < this.#keptMax) this.#kept.push(violation)
  }
}
