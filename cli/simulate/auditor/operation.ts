import type { Answer, Balance, InvalidCode, Request } from '../requests.ts'
import type { Expected } from './rules.ts'

/** A request on its way, and what became of it. Moments are ticks of the auditor's own clock. */
export interface Operation {
  readonly request: Request
  /** What the API must find wrong with the request itself, when it was spoiled on purpose. */
  readonly spoiled?: InvalidCode
  readonly sentAt: number
  answeredAt?: number
  answer?: Answer
  /** Times it was sent without an answer: each may have had its effect all the same. */
  lostAttempts: number
}

/** An operation that has its answer. */
export type Answered = Operation & { readonly answer: Answer; readonly answeredAt: number }

export function isAnswered(operation: Operation): operation is Answered {
  return operation.answer !== undefined
}

/** What a request is about, in words, for a report. */
export function describeRequest(request: Request): string {
  const { kind, as, ...rest } = request
  const particulars = Object.entries(rest)
    .filter(([name]) => name !== 'playerId')
    .map(([name, value]) => `${name}=${inWords(value)}`)
  return `${kind} by ${as.role}:${as.name} ${particulars.join(' ')}`
}

/** An answer in words, for a report. */
export function describeAnswer(answer: Answer | Expected | undefined): string {
  if (answer === undefined) return 'no answer'
  if (answer.kind === 'invalid') return `invalid: ${answer.code}`
  const { balance } = answer
  if (answer.kind === 'refused') return `refused: ${answer.code}, ${describeBalance(balance)}`
  const how = answer.replayed ? 'accepted as a repetition' : 'accepted'
  return [how, answer.result, describeBalance(balance)].filter(Boolean).join(', ')
}

export function describeBalance(balance: Balance | undefined): string {
  return balance === undefined ? 'no balance' : `cash ${balance.cash} held ${balance.held}`
}

function inWords(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value)
  return Object.values(value).join(' ')
}
