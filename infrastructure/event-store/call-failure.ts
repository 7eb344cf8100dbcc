import { Metadata, status } from '@grpc/grpc-js'
import type { Endpoint } from './streams-client.ts'
import { deletedForGood, tooLarge, type AppendOutcome } from './codec/append-outcome.ts'
import { EventStoreUnavailable, ReadRefused } from './port.ts'

/** What the end of a gRPC call tells; anything else that went wrong has a reason only. */
interface CallFailure {
  readonly reason: string
  readonly code?: number
  readonly trailers?: Metadata
}

/** What the failure of the stream that carries all batch appends tells about each of them. */
export function batchAppendFailure(error: unknown): AppendOutcome {
  const failure = callFailure(error)
  // It may have been another append of the stream that was refused.
  if (isDenied(failure) || isMalformed(failure)) return { kind: 'hopeless', reason: failure.reason }
  return { kind: 'lost', reason: failure.reason }
}

/** What the failure of a call that carried one append tells about it. */
export function classicAppendFailure(error: unknown): AppendOutcome {
  const failure = callFailure(error)
  switch (trailer(failure, 'exception')) {
    case 'stream-deleted':
      return { kind: 'refused', reason: deletedForGood(trailer(failure, 'stream-name') ?? '') }
    case 'maximum-append-size-exceeded':
      return { kind: 'refused', reason: tooLarge(trailer(failure, 'maximum-append-size') ?? '?') }
    default:
  }
  if (isDenied(failure)) return { kind: 'refused', reason: 'access denied' }
  if (isMalformed(failure)) return { kind: 'refused', reason: failure.reason }
  return { kind: 'lost', reason: failure.reason }
}

/**
 * Turns an error met in reading into what the port promises.
 *
 * @returns ReadRefused when repeating cannot help, else EventStoreUnavailable
 */
export function readFailure(error: unknown): ReadRefused | EventStoreUnavailable {
  if (error instanceof ReadRefused || error instanceof EventStoreUnavailable) return error
  const failure = callFailure(error)
  const { reason } = failure
  if (trailer(failure, 'exception') === 'stream-deleted')
    return new ReadRefused(deletedForGood(trailer(failure, 'stream-name') ?? ''), { cause: error })
  if (isDenied(failure) || isMalformed(failure))
    return new ReadRefused(`the event store refused the read: ${reason}`, { cause: error })
  return new EventStoreUnavailable(`the event store is unavailable: ${reason}`, { cause: error })
}

/** The leader that a node names when it is not the one; undefined for any other failure. */
export function leaderOf(error: unknown): Endpoint | undefined {
  const failure = callFailure(error)
  if (trailer(failure, 'exception') !== 'not-leader') return undefined
  const host = trailer(failure, 'leader-endpoint-host')
  const port = Number(trailer(failure, 'leader-endpoint-port'))
  if (host === undefined || host === '' || !Number.isInteger(port) || port < 1) return undefined
  return { host, port }
}

/** The message of an error. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.message === '' ? error.name : error.message
}

function callFailure(error: unknown): CallFailure {
  const reason = reasonOf(error)
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'number')
    return { reason }
  const trailers =
    'metadata' in error && error.metadata instanceof Metadata ? error.metadata : undefined
  return { reason, code: error.code, ...(trailers && { trailers }) }
}

function isDenied(failure: CallFailure): boolean {
  return (
    failure.code === status.UNAUTHENTICATED ||
    failure.code === status.PERMISSION_DENIED ||
    trailer(failure, 'exception') === 'access-denied'
  )
}

function isMalformed({ code }: CallFailure): boolean {
  return code === status.INVALID_ARGUMENT
}

function trailer({ trailers }: CallFailure, key: string): string | undefined {
  return trailers?.get(key)[0]?.toString()
}
