import { type Balance, keyOf, type Request, type RollbackResult } from '../requests.ts'
import { contentOf } from './content.ts'
import { betKeyOf, roundKeyOf, take } from './effects.ts'
import type { AccountModel } from './model.ts'
import { minorOf } from './money.ts'

/** The answer a request must get. */
export type Expected = ExpectedAcceptance | ExpectedRefusal

export interface ExpectedAcceptance {
  readonly kind: 'accepted'
  readonly replayed: boolean
  readonly result?: RollbackResult
  /** Known when the answer is one given before. */
  readonly createdId?: string
  readonly balance: Balance
}

export interface ExpectedRefusal {
  readonly kind: 'refused'
  readonly code: string
  readonly balance?: Balance
}

/** The balance an answer tells; none when there is no account. */
const accountOf = (model: AccountModel): Balance | undefined =>
  model.market === undefined ? undefined : model.balance

/**
 * What the account must answer, as it stands; when it must accept, the effect is taken.
 * `createdId` is the id that the real answer gave to what it created.
 */
export function decideBy(
  model: AccountModel,
  request: Request,
  createdId: string | undefined,
): Expected {
  const known = model.transactions.get(keyOf(request))
  if (known !== undefined) return whenKnown(model, request, known)
  const code = refusalOf(model, request)
  if (code !== undefined) return refused(model, code)
  take(model, request, createdId)
  const { result } = model.transactions.get(keyOf(request)) ?? {}
  const { balance } = model
  return { kind: 'accepted', replayed: false, balance, ...(result !== undefined && { result }) }
}

function whenKnown(
  model: AccountModel,
  request: Request,
  known: NonNullable<ReturnType<AccountModel['transactions']['get']>>,
): Expected {
  const isBet = request.kind === 'placeBet'
  if (isBet && known.kind === 'tombstone') return refused(model, 'BET_TOMBSTONED')
  if (isBet && known.kind === 'rolled-back bet') return refused(model, 'BET_ROLLED_BACK')
  const isGone = known.kind === 'tombstone' || known.kind === 'rolled-back bet'
  if (isGone || known.content !== contentOf(request)) return refused(model, 'TRANSACTION_CONFLICT')
  const { balance, result, createdId } = known
  return {
    kind: 'accepted',
    replayed: true,
    balance,
    ...(result !== undefined && { result }),
    ...(createdId !== undefined && { createdId }),
  }
}

function refused(model: AccountModel, code: string): ExpectedRefusal {
  const balance = accountOf(model)
  return { kind: 'refused', code, ...(balance !== undefined && { balance }) }
}

/** The first reason to refuse a request that was not seen before. */
function refusalOf(model: AccountModel, request: Request): string | undefined {
  const { market } = model
  if (request.kind === 'registerPlayer') {
    return market === undefined ? undefined : 'PLAYER_ALREADY_REGISTERED'
  }
  if (market === undefined) return 'PLAYER_NOT_FOUND'
  switch (request.kind) {
    case 'settleDeposit':
      return request.amount.currency === market.currency ? undefined : 'CURRENCY_MISMATCH'
    case 'requestWithdrawal':
      return notPayable(model, request.amount)
    case 'settleWithdrawal':
      return notPending(model, request.withdrawalId)
    case 'cancelWithdrawal':
      return notPending(model, request.withdrawalId) ?? notCancellable(model, request.reason)
    case 'openGameSession':
      return undefined
    case 'closeGameSession':
      return notInSession(model, request.sessionId, request)
    case 'placeBet':
      return (
        notInSession(model, request.sessionId, request) ??
        roundRefuses(model, request) ??
        notPayable(model, request.amount)
      )
    case 'creditWin':
      return (
        notOpen(model, request) ??
        (request.amount.currency === market.currency ? undefined : 'CURRENCY_MISMATCH')
      )
    case 'endRound':
      return notOpen(model, request)
    case 'rollbackBet':
      return notToRollBack(model, request)
  }
}

function notPayable(
  { balance, market }: AccountModel,
  amount: { readonly amount: string; readonly currency: string },
): string | undefined {
  if (amount.currency !== market?.currency) return 'CURRENCY_MISMATCH'
  return minorOf(amount) > balance.cash ? 'INSUFFICIENT_FUNDS' : undefined
}

function notPending({ withdrawals }: AccountModel, withdrawalId: string): string | undefined {
  return withdrawals.get(withdrawalId)?.isPending === true ? undefined : 'WITHDRAWAL_NOT_PENDING'
}

/** UK RTS 14B: a player may not take a withdrawal back. */
function notCancellable({ market }: AccountModel, reason: string): string | undefined {
  return reason === 'PLAYER_REQUEST' && market?.jurisdiction === 'GB'
    ? 'WITHDRAWAL_NOT_CANCELLABLE'
    : undefined
}

function notInSession({ sessions }: AccountModel, sessionId: string, { as }: Request) {
  const session = sessions.get(sessionId)
  const isTheirs = as.role === 'operator' || session?.provider === as.name
  return session?.isOpen === true && isTheirs ? undefined : 'SESSION_NOT_OPEN'
}

function roundRefuses(
  { rounds, sessions }: AccountModel,
  { as, roundId, sessionId }: Request & { readonly kind: 'placeBet' },
): string | undefined {
  const round = rounds.get(roundKeyOf(as.name, roundId))
  if (round === undefined || round.status === 'cancelled') return undefined
  if (round.status === 'complete') return 'ROUND_CLOSED'
  const isSameGame = sessions.get(sessionId)?.gameId === round.gameId
  return isSameGame ? undefined : 'ROUND_OF_ANOTHER_GAME'
}

function notOpen(
  { rounds }: AccountModel,
  { as, roundId }: Request & { readonly kind: 'creditWin' | 'endRound' },
): string | undefined {
  const round = rounds.get(roundKeyOf(as.name, roundId))
  if (round?.status === 'complete') return 'ROUND_CLOSED'
  return round === undefined || round.status === 'cancelled' ? 'ROUND_NOT_FOUND' : undefined
}

function notToRollBack(
  { transactions, rounds }: AccountModel,
  request: Request & { readonly kind: 'rollbackBet' },
): string | undefined {
  if (request.betTransactionId === request.transactionId) return 'TRANSACTION_CONFLICT'
  const bet = transactions.get(betKeyOf(request))
  if (bet === undefined || bet.kind === 'tombstone' || bet.kind === 'rolled-back bet') {
    return undefined
  }
  if (bet.kind !== 'bet') return 'NOT_A_BET'
  const round = rounds.get(bet.roundKey ?? '')
  const isOpen = round?.status === 'in progress' || round?.status === 'interrupted'
  const isSettled = round?.bets.find(({ key }) => key === betKeyOf(request))?.isSettled ?? true
  return isOpen && !isSettled ? undefined : 'BET_SETTLED'
}
