import { randomFrom } from '../random.ts'
import type { Request, WrittenMoney } from '../requests.ts'

/** One request in ten is sent again: at once, late, or with other content under its id. */

export type Fate = 'sent once' | 'sent again at once' | 'sent again late' | 'other content'

/** What becomes of a request: decided by the seed and the request's id alone. */
export function fateOf(seed: number, { kind, transactionId }: Request): Fate {
  const drawn = randomFrom(seed, 'fate', kind, transactionId).below(100)
  if (drawn < 4) return 'sent again at once'
  if (drawn < 8) return 'sent again late'
  return drawn < 10 ? 'other content' : 'sent once'
}

/** The same request, its amount written in another way where there is one: "10.50" as "10.5". */
export function rewritten(request: Request): Request {
  if (!('amount' in request)) return request
  return { ...request, amount: withoutEndingZeros(request.amount) }
}

/** Another request under the same id. */
export function withOtherContent(request: Request): Request {
  switch (request.kind) {
    case 'registerPlayer':
      return { ...request, jurisdiction: request.jurisdiction === 'GB' ? 'MT' : 'GB' }
    case 'settleDeposit':
    case 'requestWithdrawal':
    case 'placeBet':
    case 'creditWin':
      return { ...request, amount: tenfold(request.amount) }
    case 'settleWithdrawal':
    case 'cancelWithdrawal':
      return { ...request, withdrawalId: NOBODYS_ID }
    case 'openGameSession':
      return { ...request, gameId: `${request.gameId}-2` }
    case 'closeGameSession':
      return { ...request, sessionId: NOBODYS_ID }
    case 'endRound':
      return { ...request, roundId: `${request.roundId}-2` }
    case 'rollbackBet':
      return { ...request, betTransactionId: `${request.betTransactionId}-2` }
  }
}

/** A well-formed id that nothing has. */
export const NOBODYS_ID = '00000000-0000-4000-8000-000000000000'

function withoutEndingZeros({ amount, currency }: WrittenMoney): WrittenMoney {
  return { amount: amount.includes('.') ? amount.replace(/\.?0+$/, '') : amount, currency }
}

function tenfold({ amount, currency }: WrittenMoney): WrittenMoney {
  return { amount: `1${amount}`, currency }
}
