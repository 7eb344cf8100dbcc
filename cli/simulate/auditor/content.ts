import type { Request } from '../requests.ts'
import { minorOf } from './money.ts'

/** What a request asks for, however its amount is written: two requests with the same text are the same. */
export function contentOf(request: Request): string {
  const { kind, as, playerId = '' } = request
  const parts: readonly unknown[] = [kind, playerId, ...particulars(request)]
  return JSON.stringify(as.role === 'provider' ? [as.name, ...parts] : parts)
}

function particulars(request: Request): readonly unknown[] {
  switch (request.kind) {
    case 'registerPlayer':
      return [request.currency, request.jurisdiction]
    case 'settleDeposit':
      return [request.gateway, ...amountOf(request)]
    case 'requestWithdrawal':
      return amountOf(request)
    case 'settleWithdrawal':
      return [request.withdrawalId, request.gateway]
    case 'cancelWithdrawal':
      return [request.withdrawalId, request.reason]
    case 'openGameSession':
      return [request.gameId]
    case 'closeGameSession':
      return [request.sessionId]
    case 'placeBet':
      return [request.sessionId, request.roundId, ...amountOf(request)]
    case 'creditWin':
      return [request.roundId, ...amountOf(request), request.endsRound]
    case 'endRound':
      return [request.roundId]
    case 'rollbackBet':
      return [request.betTransactionId]
  }
}

function amountOf({ amount }: { readonly amount: { amount: string; currency: string } }) {
  return [minorOf(amount).toString(), amount.currency]
}
