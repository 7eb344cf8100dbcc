import { type Balance, keyOf, type Request, type RollbackResult } from '../requests.ts'
import type { AccountModel, RoundRecord } from './model.ts'
import { minorOf } from './money.ts'
import { contentOf } from './content.ts'

/** What an accepted request does to an account. */

/** Lets the request have its effect. `createdId` is the id the answer gave what it created. */
export function take(model: AccountModel, request: Request, createdId: string | undefined): void {
  const key = keyOf(request)
  const { moved, result, roundKey } = effectOf(model, request, key, createdId ?? '')
  const { cash, held } = model.balance
  const balance = { cash: cash + moved.cash, held: held + moved.held }
  model.setBalance(balance)
  model.setTransaction(key, {
    kind: request.kind === 'placeBet' ? 'bet' : 'other',
    request,
    content: contentOf(request),
    moved,
    balance,
    ...(result !== undefined && { result }),
    ...(roundKey !== undefined && { roundKey }),
    ...(createdId !== undefined && { createdId }),
  })
}

interface Effect {
  readonly moved: Balance
  readonly result?: RollbackResult
  readonly roundKey?: string
}

const NOTHING: Balance = { cash: 0n, held: 0n }

function effectOf(model: AccountModel, request: Request, key: string, createdId: string): Effect {
  switch (request.kind) {
    case 'registerPlayer':
      model.register({ currency: request.currency, jurisdiction: request.jurisdiction })
      return { moved: NOTHING }
    case 'settleDeposit':
      return { moved: { cash: minorOf(request.amount), held: 0n } }
    case 'requestWithdrawal': {
      const amount = minorOf(request.amount)
      model.setWithdrawal(createdId, { amount, isPending: true })
      return { moved: { cash: -amount, held: amount } }
    }
    case 'settleWithdrawal':
      return { moved: { cash: 0n, held: -noLongerPending(model, request.withdrawalId) } }
    case 'cancelWithdrawal': {
      const amount = noLongerPending(model, request.withdrawalId)
      return { moved: { cash: amount, held: -amount } }
    }
    case 'openGameSession': {
      const { gameId, as } = request
      model.setSession(createdId, { provider: as.name, gameId, isOpen: true })
      return { moved: NOTHING }
    }
    case 'closeGameSession':
      closeSession(model, request.sessionId)
      return { moved: NOTHING }
    case 'placeBet': {
      const amount = minorOf(request.amount)
      const roundKey = roundKeyOf(request.as.name, request.roundId)
      const { sessionId, roundId } = request
      const gameId = model.sessions.get(sessionId)?.gameId ?? ''
      const { bets = [], wins = [] } = model.rounds.get(roundKey) ?? {}
      model.setRound(roundKey, {
        provider: request.as.name,
        roundId,
        gameId,
        sessionId,
        status: 'in progress',
        wins,
        bets: [...bets, { key, amount, stands: true, isSettled: false }],
      })
      return { moved: { cash: -amount, held: 0n }, roundKey }
    }
    case 'creditWin': {
      const amount = minorOf(request.amount)
      const roundKey = roundKeyOf(request.as.name, request.roundId)
      changeRound(model, roundKey, ({ bets, wins, ...round }) => ({
        ...round,
        bets: bets.map(({ key, amount, stands }) => ({ key, amount, stands, isSettled: true })),
        wins: [...wins, { key, amount }],
        ...(request.endsRound && { status: 'complete' }),
      }))
      return { moved: { cash: amount, held: 0n }, roundKey }
    }
    case 'endRound': {
      const roundKey = roundKeyOf(request.as.name, request.roundId)
      changeRound(model, roundKey, (round) => ({ ...round, status: 'complete' }))
      return { moved: NOTHING, roundKey }
    }
    case 'rollbackBet':
      return rollBack(model, betKeyOf(request))
  }
}

/** Rounds are numbered by their provider. */
export function roundKeyOf(provider: string, roundId: string): string {
  return `${provider} ${roundId}`
}

/** The key of the bet that a rollback names: it is of the same provider. */
export function betKeyOf(request: Request & { readonly kind: 'rollbackBet' }): string {
  return keyOf({ ...request, transactionId: request.betTransactionId })
}

function noLongerPending(model: AccountModel, withdrawalId: string): bigint {
  const amount = model.withdrawals.get(withdrawalId)?.amount ?? 0n
  model.setWithdrawal(withdrawalId, { amount, isPending: false })
  return amount
}

function closeSession(model: AccountModel, sessionId: string): void {
  const session = model.sessions.get(sessionId)
  if (session === undefined) return
  model.setSession(sessionId, { ...session, isOpen: false })
  for (const [key, round] of model.rounds) {
    if (round.sessionId === sessionId && round.status === 'in progress') {
      model.setRound(key, { ...round, status: 'interrupted' })
    }
  }
}

function rollBack(model: AccountModel, betKey: string): Effect {
  const bet = model.transactions.get(betKey)
  if (bet?.kind === 'rolled-back bet') return { moved: NOTHING, result: 'ALREADY_ROLLED_BACK' }
  if (bet === undefined || bet.kind === 'tombstone') {
    const tombstone = { kind: 'tombstone', content: '', moved: NOTHING, balance: NOTHING } as const
    if (bet === undefined) model.setTransaction(betKey, tombstone)
    return { moved: NOTHING, result: 'TOMBSTONED' }
  }
  model.setTransaction(betKey, { ...bet, kind: 'rolled-back bet' })
  const { roundKey = '' } = bet
  changeRound(model, roundKey, (round) => {
    const bets = round.bets.map((one) => (one.key === betKey ? { ...one, stands: false } : one))
    return bets.some(({ stands }) => stands)
      ? { ...round, bets }
      : { ...round, bets, status: 'cancelled' }
  })
  return { moved: { cash: -bet.moved.cash, held: 0n }, result: 'ROLLED_BACK', roundKey }
}

function changeRound(
  model: AccountModel,
  key: string,
  change: (round: RoundRecord) => RoundRecord,
): void {
  const round = model.rounds.get(key)
  if (round !== undefined) model.setRound(key, change(round))
}
