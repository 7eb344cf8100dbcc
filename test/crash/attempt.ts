import { randomUUID } from 'node:crypto'
import type { Random } from './random.ts'

/** A revision: -1 for a stream without events. */
export type Expected = number | 'any'

/**
 * What is known of an append. `unknown`: it was sent, and the node was killed before it answered.
 * `failed`: the node, alive, answered with something that no append should be answered with.
 */
export type Outcome =
  | { readonly kind: 'acknowledged'; readonly lastRevision: number; readonly position: bigint }
  | { readonly kind: 'refused' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'failed'; readonly reason: string }

/** What an append is to be. */
export interface Plan {
  readonly stream: string
  readonly expected: Expected
  /** Others want the same revision: one gets it. */
  readonly isContested?: boolean
  /** Those of one pipeline are stored in the order of their sending, as long as none is repeated. */
  readonly pipeline?: string
}

/** One append, from its first sending on, whatever becomes of it. */
export interface Attempt extends Plan {
  readonly ids: readonly string[]
  /** Of the data of each event. */
  readonly bytes: number
  timesSent: number
  outcome: Outcome
}

const LARGE_BYTES = 60_000

/** A new append: mostly a few small events, now and then many, or large ones of several pages. */
export function newAttempt(plan: Plan, random: Random): Attempt {
  const kind = random(20)
  const count = kind === 0 ? 30 + random(50) : 1 + random(5)
  const bytes = kind === 1 ? LARGE_BYTES : 20 + random(300)
  const ids = Array.from({ length: count }, () => randomUUID())
  return { ...plan, ids, bytes, timesSent: 0, outcome: { kind: 'unknown' } }
}

/** The data of an event, which names its id: what is read back can be told from anything else. */
export function dataOf(id: string, bytes: number): { of: string; padding: string } {
  return { of: id, padding: 'p'.repeat(bytes) }
}

/** The calls by which appends are sent. */
export type Path = 'batch' | 'classic'

/** Sends an append; never rejects, as what is not known is an outcome too. */
export interface Sender {
  readonly path: Path
  send(attempt: Attempt): Promise<Outcome>
  close(): Promise<void>
}
