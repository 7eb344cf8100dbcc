import type { AcceptedAnswer, Answer } from '../requests.ts'
import type { Expected, ExpectedAcceptance } from './rules.ts'
import type { InvariantNumber } from './violation.ts'

const restrictions = new Set(['SESSION_NOT_OPEN', 'ROUND_CLOSED', 'ROUND_OF_ANOTHER_GAME'])
const idsTaken = new Set(['TRANSACTION_CONFLICT', 'BET_TOMBSTONED', 'BET_ROLLED_BACK'])

/** The invariant an answer breaks that is not the one expected. */
export function brokenBy(expected: Expected, answer: Answer): InvariantNumber {
  if (expected.kind === 'accepted') {
    if (answer.kind === 'accepted') return byAcceptance(expected, answer)
    // A refusal means that something acknowledged, which the request builds on, is not there.
    return idsTaken.has(answer.code) ? 3 : 5
  }
  if (answer.kind === 'accepted') return byAcceptanceOf(expected.code)
  return answer.code === expected.code ? 1 : 3
}

function byAcceptance(expected: ExpectedAcceptance, answer: AcceptedAnswer): InvariantNumber {
  return expected.replayed === answer.replayed ? 1 : 3
}

/** What should have been refused with this code was accepted. */
function byAcceptanceOf(code: string): InvariantNumber {
  if (code === 'INSUFFICIENT_FUNDS') return 2
  if (restrictions.has(code)) return 4
  return idsTaken.has(code) ? 3 : 6
}
