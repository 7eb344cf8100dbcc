import { type CallerName, callers, type House } from './house.ts'

export interface ApiError {
  readonly message: string
  readonly path?: readonly (string | number)[]
  readonly extensions: {
    readonly code: string
    readonly fields?: readonly { readonly path: string; readonly rule: string }[]
    readonly reason?: string
    readonly retryAfterMs?: number
    readonly errorId?: string
  }
}

export interface Answer {
  readonly status: number
  readonly data?: Readonly<Record<string, unknown>> | null
  readonly errors?: readonly ApiError[]
}

/** Sends a request as it is given. */
export async function send(house: House, init: RequestInit, path = '/graphql'): Promise<Answer> {
  const response = await fetch(`${house.api.url}${path}`, init)
  const text = await response.text()
  const body = text.startsWith('{') ? (JSON.parse(text) as object) : {}
  return { status: response.status, ...body }
}

/** Sends a GraphQL request as one of the callers. */
export function ask(
  house: House,
  as: CallerName,
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<Answer> {
  const body = JSON.stringify({ query, variables })
  return send(house, { method: 'POST', headers: jsonBy(as), body })
}

export function jsonBy(as: CallerName): Record<string, string> {
  return {
    authorization: `Bearer ${callers[as].token}`,
    'content-type': 'application/json',
  }
}

/** An outcome as `command` asks for it. */
export interface OutcomeSeen {
  readonly __typename: string
  readonly playerId?: string
  readonly sessionId?: string
  readonly withdrawalId?: string
  readonly result?: string
  readonly replayed?: boolean
  readonly position?: string
  readonly code?: string
  readonly final?: boolean
  readonly balance: BalanceSeen | null
}

export interface BalanceSeen {
  readonly cash: { readonly amount: string }
  readonly held: { readonly amount: string }
}

/** Fields that single mutations have beyond the interfaces. */
const ownFields: Readonly<Record<string, string>> = {
  openGameSession: '... on GameSessionOpened { sessionId }',
  requestWithdrawal: '... on WithdrawalRequested { withdrawalId }',
  rollbackBet: '... on RollbackAccepted { result }',
}

/** The text of a mutation's request, with its input as `$input`. */
export function mutationText(name: string): string {
  const input = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input!`
  return `
    mutation ($input: ${input}) {
      ${name}(input: $input) {
        __typename
        ... on Accepted { playerId replayed position balance { ...Both } }
        ... on Rejection { code final balance { ...Both } }
        ${ownFields[name] ?? ''}
      }
    }
    fragment Both on Balance { cash { amount } held { amount } }`
}

/** Sends a command that is well-formed, and gives its outcome. */
export async function command(
  house: House,
  as: CallerName,
  name: string,
  input: Readonly<Record<string, unknown>>,
): Promise<OutcomeSeen> {
  const { data, errors } = await ask(house, as, mutationText(name), { input })
  const outcome = data?.[name]
  if (outcome === undefined || outcome === null) throw new Error(JSON.stringify(errors))
  return outcome as OutcomeSeen
}

export const eur = (amount: string) => ({ amount, currency: 'EUR' })

let ids = 0
/** An id that no other test uses. */
export function newId(prefix: string): string {
  ids += 1
  return `${prefix}-${ids}`
}

export interface Seated {
  readonly playerId: string
  readonly sessionId: string
  /** Of the last command. */
  readonly position: string
}

/** A player with 10.00 EUR in a session at acme. */
export async function seatPlayer(house: House, deposit = '10.00'): Promise<Seated> {
  const { playerId = '' } = await command(house, 'operator', 'registerPlayer', {
    idempotencyKey: newId('player'),
    currency: 'EUR',
    jurisdiction: 'MT',
  })
  await command(house, 'operator', 'settleDeposit', {
    transactionId: newId('deposit'),
    playerId,
    gateway: 'psp',
    amount: eur(deposit),
  })
  const { sessionId = '', position = '' } = await command(house, 'acme', 'openGameSession', {
    idempotencyKey: newId('session'),
    playerId,
    gameId: 'slot',
  })
  return { playerId, sessionId, position }
}
