import type { Answer } from '../requests.ts'
import type { AccountModel } from './model.ts'
import type { Answered } from './operation.ts'
import { decideBy, type Expected } from './rules.ts'

/**
 * Judges operations that were under way at the same time: is there an order, true to what was
 * answered before what was sent, in which the account had to give exactly these answers? (Wing and
 * Gong's test for linearizability.) An attempt without an answer may have had its effect at any
 * moment up to the operation's final answer, or never.
 */

/** Orders tried before the judge gives up; racing requests are few, and balances tell them apart. */
const STEPS_MAX = 200_000
const MISFITS_MAX = 4

export type Judgement =
  | { readonly verdict: 'explained' }
  | { readonly verdict: 'too many orders' }
  /** No order gives these answers; these are the answers that fit worst in the best order found. */
  | { readonly verdict: 'unexplained'; readonly misfits: readonly Misfit[] }

export interface Misfit {
  readonly operation: Answered
  readonly expected: Expected
}

/** Brings the model to where the operations have left it; leaves it as it was when none explains them. */
export function judge(model: AccountModel, operations: readonly Answered[]): Judgement {
  const search = new Search(model, operations)
  const isExplained = search.explains()
  if (isExplained) return { verdict: 'explained' }
  if (search.isExhausted) return { verdict: 'too many orders' }
  return { verdict: 'unexplained', misfits: search.misfits }
}

class Search {
  readonly #model: AccountModel
  readonly #open: Set<Answered>
  /** Operations of which a lost attempt has been given its effect. */
  readonly #silent = new Set<Answered>()
  #steps = 0
  #fewestOpen: number
  misfits: readonly Misfit[] = []

  constructor(model: AccountModel, operations: readonly Answered[]) {
    this.#model = model
    this.#open = new Set(operations.toSorted((a, b) => a.answeredAt - b.answeredAt))
    this.#fewestOpen = operations.length + 1
  }

  get isExhausted(): boolean {
    return this.#steps > STEPS_MAX
  }

  explains(): boolean {
    if (this.#open.size === 0) return true
    if (++this.#steps > STEPS_MAX) return false
    const next = this.#whatMayComeNext()
    return next.some((one) => this.#answers(one)) || next.some((one) => this.#silently(one))
  }

  /** Nothing that was sent after another was answered comes before it. */
  #whatMayComeNext(): readonly Answered[] {
    const open = [...this.#open]
    const firstAnswerAt = Math.min(...open.map(({ answeredAt }) => answeredAt))
    const next = open.filter(({ sentAt }) => sentAt < firstAnswerAt)
    if (open.length < this.#fewestOpen) {
      this.#fewestOpen = open.length
      this.misfits = []
    }
    return next
  }

  #answers(operation: Answered): boolean {
    const mark = this.#model.mark()
    const expected = decideBy(this.#model, operation.request, createdIdOf(operation.answer))
    if (fits(expected, operation.answer)) {
      this.#open.delete(operation)
      if (this.explains()) return true
      this.#open.add(operation)
    } else if (this.#open.size === this.#fewestOpen && this.misfits.length < MISFITS_MAX) {
      this.misfits = [...this.misfits, { operation, expected }]
    }
    this.#model.rewind(mark)
    return false
  }

  #silently(operation: Answered): boolean {
    if (operation.lostAttempts === 0 || this.#silent.has(operation)) return false
    const mark = this.#model.mark()
    const expected = decideBy(this.#model, operation.request, createdIdOf(operation.answer))
    if (expected.kind === 'accepted' && !expected.replayed) {
      this.#silent.add(operation)
      if (this.explains()) return true
      this.#silent.delete(operation)
    }
    this.#model.rewind(mark)
    return false
  }
}

/** Whether an answer is what was expected. */
export function fits(expected: Expected, answer: Answer): boolean {
  if (answer.kind === 'invalid' || answer.kind !== expected.kind) return false
  const sameBalance =
    expected.balance?.cash === answer.balance?.cash &&
    expected.balance?.held === answer.balance?.held
  if (!sameBalance) return false
  if (expected.kind === 'refused' || answer.kind === 'refused') {
    return expected.kind === 'refused' && answer.kind === 'refused' && expected.code === answer.code
  }
  return (
    expected.replayed === answer.replayed &&
    expected.result === answer.result &&
    (expected.createdId === undefined || expected.createdId === answer.createdId)
  )
}

/** The id an acceptance gave what it created. */
export function createdIdOf(answer: Answer): string | undefined {
  return answer.kind === 'accepted' ? answer.createdId : undefined
}
