import { GraphQLError } from 'graphql'

/** What `extensions.code` of an error can be. */
export type ErrorCode =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'BAD_USER_INPUT'
  | 'RATE_LIMITED'
  | 'TRY_AGAIN'
  | 'INTERNAL_SERVER_ERROR'

/** A field that was refused: where it stands, the rule it broke, and what kind of value came. */
export interface RefusedField {
  readonly path: string
  readonly rule: string
  readonly received: string
}

/** The caller's role or name does not allow what was asked. */
export function forbidden(message: string): GraphQLError {
  return apiError('FORBIDDEN', message)
}

/** The request is at fault; nothing was changed. Values are never echoed, only named by kind. */
export function badUserInput(message: string, fields: readonly RefusedField[] = []): GraphQLError {
  return apiError('BAD_USER_INPUT', message, { fields })
}

/** Nothing stands against sending the same request again after a while. */
export function tryAgain(reason: string, retryAfterMs: number): GraphQLError {
  const code: ErrorCode = reason === 'BUSY' ? 'RATE_LIMITED' : 'TRY_AGAIN'
  return apiError(code, `Try again in ${retryAfterMs} ms: ${reason}`, { reason, retryAfterMs })
}

function apiError(code: ErrorCode, message: string, figures: Record<string, unknown> = {}) {
  return new GraphQLError(message, { extensions: { code, ...figures } })
}
