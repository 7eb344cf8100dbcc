import { randomUUID } from 'node:crypto'
import { GraphQLError } from '../graphql-js.ts'
import type { Logger } from 'pino'
import { badRequest, isApiError } from '../errors.ts'
import { shortened } from './input-errors.ts'

/**
 * Makes what went wrong into what a caller may see. Errors of ours pass as they are; what is said of
 * a request before its execution is the caller's fault; anything else is logged under an id, and the
 * id alone goes out.
 */
export function errorMask(logger: Pick<Logger, 'error'>): (error: unknown) => GraphQLError {
  return (error) => {
    if (isApiError(error)) return error
    if (isAboutRequest(error)) return badRequest(shortened(error.message))
    const { originalError, path } = error instanceof GraphQLError ? error : {}
    const errorId = randomUUID()
    logger.error({ err: originalError ?? error, path, errorId }, 'a request failed')
    return new GraphQLError(`Something went wrong here; its error id is ${errorId}`, {
      path,
      extensions: { code: 'INTERNAL_SERVER_ERROR', errorId },
    })
  }
}

/** Errors of parsing, validation and of the protocol have no path: nothing was executed. */
function isAboutRequest(error: unknown): error is GraphQLError {
  return (
    error instanceof GraphQLError &&
    error.path === undefined &&
    (error.originalError === undefined || isAboutRequest(error.originalError))
  )
}
