import type { Answer } from '../requests.ts'
import type { Expected } from './rules.ts'
import type { InvariantNumber } from './violation.ts'

const restrictions = new Set(['SESSION_NOT_OPEN', 'ROUND_CLOSED', 'ROUND_OF_ANOTHER_GAME'])
const idsTaken = new Set(['TRANSACTION_CONFLICT', 'BET_TOMBSTONED', 'BET_ROLLED_BACK'])

/** The invariant an answer breaks that is not the one expected. */
export function brokenBy(expected: Expected, answer: Answer): InvariantNumber {
  const isAccepted = answer.kind === 'accepted'
  if (expected.kind === 'refused') {
    if (isAccepted && expected.code === 'INSUFFICIENT_FUNDS') return 2
    if (isAccepted && restrictions.has(expected.code)) return 4
    return isAccepted && !idsTaken.has(expected.code) ? 6 : 3
  }
  // A repetition that is taken for the first coming: what was acknowledged has been forgotten.
  if (isAccepted && expected.replayed && !answer.replayed) return 5
  return isAccepted && expected.replayed === answer.replayed ? 1 : 3
}
