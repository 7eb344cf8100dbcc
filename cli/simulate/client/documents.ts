import type { Request, RequestKind } from '../requests.ts'

/** The GraphQL documents of all requests. */

const MONEY = '{ amount amountMinor currency }'
const BALANCE = `{ cash ${MONEY} held ${MONEY} }`

/** What the acceptance of a command says beyond the interface. */
const ownFields: Partial<Record<RequestKind, string>> = {
  requestWithdrawal: '... on WithdrawalRequested { createdId: withdrawalId }',
  openGameSession: '... on GameSessionOpened { createdId: sessionId }',
  rollbackBet: '... on RollbackAccepted { result }',
}

/** The mutation of a kind of request. */
export function mutationOf(kind: RequestKind): string {
  const inputType = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}Input`
  return `mutation ($input: ${inputType}!) {
    answer: ${kind}(input: $input) {
      __typename
      ... on Accepted { transactionId playerId replayed position balance ${BALANCE} }
      ... on Rejection { code balance ${BALANCE} }
      ${ownFields[kind] ?? ''}
    }
  }`
}

/** The input of a request's mutation. */
export function inputOf(request: Request): Record<string, unknown> {
  const { transactionId, ...data } = request
  const fields = Object.entries(data).filter(([name]) => name !== 'kind' && name !== 'as')
  const id = playersOwn.has(request.kind) ? 'idempotencyKey' : 'transactionId'
  return { [id]: transactionId, ...Object.fromEntries(fields) }
}

/** Requests that are no transactions of a provider or gateway. */
const playersOwn: ReadonlySet<RequestKind> = new Set([
  'registerPlayer',
  'requestWithdrawal',
  'cancelWithdrawal',
  'openGameSession',
  'closeGameSession',
])

export const balanceQuery = `query ($id: ID!, $minPosition: Position) {
  player(id: $id, minPosition: $minPosition) { balance ${BALANCE} }
}`

export const statementQuery = `query ($id: ID!, $minPosition: Position, $after: String) {
  player(id: $id, minPosition: $minPosition) {
    currency
    jurisdiction
    balance ${BALANCE}
    statement(first: 100, after: $after) {
      pageInfo { hasNextPage endCursor }
      edges { node {
        account transactionIssuer transactionId
        amount ${MONEY} balanceBefore ${MONEY} balanceAfter ${MONEY}
      } }
    }
  }
}`

export const roundsQuery = `query ($id: ID!, $minPosition: Position, $after: String) {
  player(id: $id, minPosition: $minPosition) {
    rounds(first: 100, after: $after) {
      pageInfo { hasNextPage endCursor }
      edges { node {
        provider roundId gameId sessionId status betCount winCount
        staked ${MONEY} won ${MONEY}
      } }
    }
  }
}`

export const trialBalanceQuery = `query ($minPosition: Position) {
  trialBalance(minPosition: $minPosition) { account balance ${MONEY} }
}`
