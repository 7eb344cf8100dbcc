import { GraphQLError } from './graphql-js.ts'

/** What `extensions.code` of an error can be. */
const errorCodes = [
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'BAD_USER_INPUT',
  'RATE_LIMITED',
  'TRY_AGAIN',
  'INTERNAL_SERVER_ERROR',
] as const
export type ErrorCode = (typeof errorCodes)[number]

/** An error made here to be seen by the caller. */
export type ApiError = GraphQLError & { readonly extensions: { readonly code: ErrorCode } }

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

/** The same, for a request that was not executed at all: HTTP status 400 where the protocol has it. */
export function badRequest(message: string, fields: readonly RefusedField[] = []): GraphQLError {
  return apiError('BAD_USER_INPUT', message, { fields, http: { spec: true, status: 400 } })
}

/** Nothing stands against sending the same request again after a while. */
export function tryAgain(reason: string, retryAfterMs: number): GraphQLError {
  const code: ErrorCode = reason === 'BUSY' ? 'RATE_LIMITED' : 'TRY_AGAIN'
  return apiError(code, `Try again in ${retryAfterMs} ms: ${reason}`, { reason, retryAfterMs })
}

/** Whether an error was made here to be seen by the caller. */
export function isApiError(error: unknown): error is ApiError {
  if (!(error instanceof GraphQLError)) return false
  const { originalError, extensions } = error
  if (originalError !== undefined) return isApiError(originalError)
  return errorCodes.some((code) => code === extensions['code'])
}

function apiError(code: ErrorCode, message: string, figures: Record<string, unknown> = {}) {
  return new GraphQLError(message, { extensions: { code, ...figures } })
}
