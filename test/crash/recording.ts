import { type Attempt, newAttempt, type Path, type Plan, type Sender } from './attempt.ts'
import type { Random } from './random.ts'

/** Keeps all appends that were ever sent, and what became of each. */
export class Recording {
  readonly attempts: Attempt[] = []
  readonly random: Random
  /** How many sendings were acknowledged, by the call they took. */
  readonly acknowledgedBy: Record<Path, number> = { batch: 0, classic: 0 }
  readonly #lastRevisions = new Map<string, number>()

  constructor(random: Random) {
    this.random = random
  }

  /** How many were acknowledged. */
  get acknowledged(): number {
    return this.attempts.filter(({ outcome }) => outcome.kind === 'acknowledged').length
  }

  /** The last revision of a stream that anybody was told of, -1 at first. */
  lastRevision(stream: string): number {
    return this.#lastRevisions.get(stream) ?? -1
  }

  plan(plan: Plan): Attempt {
    const attempt = newAttempt(plan, this.random)
    this.attempts.push(attempt)
    return attempt
  }

  /** Sends an append, for the first time or again; false when the node was killed meanwhile. */
  async send(attempt: Attempt, sender: Sender): Promise<boolean> {
    attempt.timesSent += 1
    const outcome = await sender.send(attempt)
    // A repetition that got no answer takes nothing back; one that did must have said the same.
    if (outcome.kind === 'unknown') return false
    attempt.outcome = outcome
    if (outcome.kind === 'acknowledged') {
      this.acknowledgedBy[sender.path] += 1
      this.#told(attempt.stream, outcome.lastRevision)
    }
    return outcome.kind !== 'failed'
  }

  #told(stream: string, revision: number): void {
    this.#lastRevisions.set(stream, Math.max(revision, this.lastRevision(stream)))
  }
}
