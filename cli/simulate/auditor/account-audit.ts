import type { Answer, Balance, InvalidCode, Request } from '../requests.ts'
import { createdIdOf, judge, type Misfit } from './judge.ts'
import { AccountModel } from './model.ts'
import { type Answered, describeAnswer, isAnswered, type Operation } from './operation.ts'
import { take } from './effects.ts'
import { keyOf } from '../requests.ts'
import { brokenBy } from './named-invariant.ts'
import type { Findings } from './violation.ts'

/** So many of a player's last operations are shown when a violation is reported. */
const HISTORY_LENGTH = 12

/**
 * What the auditor knows of one player: every request and answer, and the account that follows from
 * them. Answers are judged whenever no request is under way, those that raced together.
 */
export class AccountAudit {
  /** What the simulation calls the player. */
  readonly name: string
  readonly model = new AccountModel()
  /** All operations by their transaction's key. */
  readonly operations = new Map<string, Operation[]>()
  playerId: string | undefined
  /** The newest position an answer has given. */
  position = 0n
  /** A request was given up without an answer, so nothing certain follows from what came after. */
  isUncertain = false
  readonly #findings: Findings
  readonly #history: Operation[] = []
  #underWay = 0
  #unjudged: Operation[] = []

  constructor(name: string, findings: Findings) {
    this.name = name
    this.#findings = findings
  }

  /** Whether no request is under way. */
  get isQuiet(): boolean {
    return this.#underWay === 0
  }

  /** The last operations, oldest first. */
  get history(): readonly Operation[] {
    return this.#history
  }

  /** A request leaves for the API. */
  sent(request: Request, sentAt: number, spoiled: InvalidCode | undefined): Operation {
    const operation: Operation = {
      request,
      sentAt,
      lostAttempts: 0,
      ...(spoiled !== undefined && { spoiled }),
    }
    this.#underWay += 1
    this.#unjudged.push(operation)
    this.#history.push(operation)
    if (this.#history.length > HISTORY_LENGTH) this.#history.shift()
    const key = keyOf(request)
    const ofKey = this.operations.get(key)
    if (ofKey === undefined) this.operations.set(key, [operation])
    else ofKey.push(operation)
    return operation
  }

  /** Its definite answer is there. */
  answered(operation: Operation, answer: Answer, answeredAt: number): void {
    operation.answer = answer
    operation.answeredAt = answeredAt
    if (answer.kind === 'accepted') this.#learnFrom(operation.request, answer)
    this.#finished()
  }

  /** It was sent often enough, and nobody answered. */
  givenUp(): void {
    this.isUncertain = true
    this.#finished()
  }

  /** A query between requests has shown this balance. */
  shown(balance: Balance | undefined): void {
    const { cash, held } = this.model.balance
    if (!this.isQuiet || this.isUncertain) return
    if (balance?.cash === cash && balance.held === held) return
    this.#findings.add({
      invariant: 1,
      evidence: 'graphql',
      player: this.name,
      subject: 'balance between requests',
      expected: `cash ${cash} held ${held}`,
      actual: balance === undefined ? 'no player' : `cash ${balance.cash} held ${balance.held}`,
    })
  }

  #learnFrom(request: Request, { playerId, position }: Answer & { kind: 'accepted' }): void {
    if (position > this.position) this.position = position
    this.playerId ??= playerId
    if (playerId === this.playerId) return
    this.#findings.add({
      invariant: 3,
      evidence: 'answer',
      player: this.name,
      subject: keyOf(request),
      expected: `player ${this.playerId}`,
      actual: `player ${playerId}`,
    })
  }

  #finished(): void {
    this.#underWay -= 1
    if (this.#underWay > 0 || this.isUncertain) return
    const operations = this.#unjudged.filter(isAnswered)
    this.#unjudged = []
    this.#judgeSpoiled(operations.filter(({ spoiled }) => spoiled !== undefined))
    this.#judge(operations.filter(({ spoiled }) => spoiled === undefined))
  }

  #judgeSpoiled(operations: readonly Answered[]): void {
    for (const { request, spoiled, answer } of operations) {
      if (answer.kind === 'invalid' && answer.code === spoiled) continue
      this.#findings.add({
        invariant: 6,
        evidence: 'answer',
        player: this.name,
        subject: keyOf(request),
        expected: `invalid: ${spoiled}`,
        actual: describeAnswer(answer),
      })
    }
  }

  #judge(operations: readonly Answered[]): void {
    const judgement = judge(this.model, operations)
    if (judgement.verdict === 'explained') {
      this.model.commit()
      return
    }
    if (judgement.verdict === 'unexplained') {
      for (const misfit of judgement.misfits.slice(0, 1)) this.#report(misfit)
    } else {
      this.#findings.add({
        invariant: 3,
        evidence: 'answer',
        player: this.name,
        subject: `${operations.length} requests that raced`,
        expected: 'an order that explains the answers',
        actual: 'none found among those tried',
      })
    }
    this.#believe(operations)
  }

  #report({ operation, expected }: Misfit): void {
    this.#findings.add({
      invariant: brokenBy(expected, operation.answer),
      evidence: 'answer',
      player: this.name,
      subject: keyOf(operation.request),
      expected: describeAnswer(expected),
      actual: describeAnswer(operation.answer),
    })
  }

  /** Goes on from what the answers say, so that one violation is not reported again with each answer. */
  #believe(operations: readonly Answered[]): void {
    for (const { request, answer } of operations.toSorted((a, b) => a.answeredAt - b.answeredAt)) {
      const isNew = !this.model.transactions.has(keyOf(request))
      if (answer.kind === 'accepted' && isNew) take(this.model, request, createdIdOf(answer))
      const isCurrent = answer.kind === 'refused' || (answer.kind === 'accepted' && isNew)
      if (isCurrent && answer.balance !== undefined) this.model.setBalance(answer.balance)
    }
    this.model.commit()
  }
}
