import { codeOf } from './error-code.ts'

/** SQLSTATEs (PostgreSQL, appendix A) after which the same transaction may well succeed. */
const transientStates = new Set([
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '53300', // too_many_connections
  '55P03', // lock_not_available
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  '57P05', // idle_session_timeout
])

/** Class 08: connection exceptions. */
const connectionException = /^08[0-9A-Z]{3}$/

const networkErrors = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
])

/** What pg says, without a code, of a connection that is gone or was not made in time. */
const connectionLost =
  /^(Connection terminated|timeout exceeded when trying to connect|timeout expired|Client has encountered a connection error|Client was closed)/

/** What pg says when the server has not answered a query in time (`query_timeout`). */
const queryTimeout = 'Query read timeout'

const causesMax = 5

/**
 * Whether an error of the database is worth another try of the whole transaction: the connection was
 * lost, fell silent or was not to be had, the server is stopping or starting, or it chose this transaction as the one
 * to give way.
 *
 * A connection lost during COMMIT leaves open whether it took place, so the transaction has to find
 * out by itself (by its checkpoint, say) when it is run again.
 */
export function isTransient(error: unknown): boolean {
  let current = error
  for (let depth = 0; depth < causesMax && current instanceof Error; depth++) {
    if (isTransientItself(current)) return true
    current = current.cause
  }
  return false
}

/** Whether a query was given up because the server did not answer it in time. */
export function isQueryTimeout(error: unknown): boolean {
  return error instanceof Error && error.message === queryTimeout
}

function isTransientItself(error: Error): boolean {
  if (isQueryTimeout(error)) return true
  const code = codeOf(error)
  if (code === undefined) return connectionLost.test(error.message)
  return transientStates.has(code) || connectionException.test(code) || networkErrors.has(code)
}
