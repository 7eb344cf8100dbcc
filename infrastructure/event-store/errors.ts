import {
  AccessDeniedError,
  InvalidArgumentError,
  isCommandError,
  MaxAppendSizeExceededError,
  StreamDeletedError,
  UnknownError,
  WrongExpectedVersionError,
} from '@eventstore/db-client'
import { badRequestMark } from './guarded-client.ts'
import { EventStoreUnavailable, ReadRefused } from './port.ts'

const GRPC_INVALID_ARGUMENT = 3

/** What an error tells about the append attempt that met it. */
export type AppendFailure =
  /** The expectation did not hold: nothing was written. */
  | { readonly kind: 'wrong-expected-revision'; readonly actual?: bigint }
  /** This attempt was refused; repeating it cannot help. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Repeating cannot help, yet it is not sure that the refusal was meant for this append. */
  | { readonly kind: 'hopeless'; readonly reason: string }
  /** The server answered, but not whether the events are stored. */
  | { readonly kind: 'undecided'; readonly reason: string }
  /** No answer: the connection, or the time, was lost. */
  | { readonly kind: 'lost'; readonly reason: string }

/** Says what an error of the client means for the append attempt that met it. */
export function appendFailure(error: unknown): AppendFailure {
  if (error instanceof WrongExpectedVersionError)
    return typeof error.actualVersion === 'bigint'
      ? { kind: 'wrong-expected-revision', actual: error.actualVersion }
      : { kind: 'wrong-expected-revision' }
  if (error instanceof StreamDeletedError)
    return { kind: 'refused', reason: `stream ${error.streamName} was deleted for good` }
  if (error instanceof MaxAppendSizeExceededError)
    return { kind: 'refused', reason: `larger than the ${error.maxAppendSize} bytes it takes` }
  if (error instanceof InvalidArgumentError) return { kind: 'refused', reason: error.message }

  const reason = reasonOf(error)
  if (isReply(error)) {
    if (error instanceof AccessDeniedError) return { kind: 'refused', reason: 'access denied' }
    if (error instanceof UnknownError && reason.includes(badRequestMark))
      return { kind: 'refused', reason: reason.slice(reason.indexOf(badRequestMark)) }
    return { kind: 'undecided', reason }
  }
  // The client hands an error of one append stream to all appends of the process, so a refusal
  // that came as the end of a stream may have been another append's.
  if (error instanceof AccessDeniedError || isInvalidArgument(error))
    return { kind: 'hopeless', reason }
  return { kind: 'lost', reason }
}

/**
 * Turns an error met in reading into what the port promises.
 *
 * @returns ReadRefused when repeating cannot help, else EventStoreUnavailable
 */
export function readFailure(error: unknown): ReadRefused | EventStoreUnavailable {
  if (error instanceof ReadRefused || error instanceof EventStoreUnavailable) return error
  if (error instanceof StreamDeletedError)
    return new ReadRefused(`stream ${error.streamName} was deleted for good`, { cause: error })
  if (
    error instanceof AccessDeniedError ||
    error instanceof InvalidArgumentError ||
    isInvalidArgument(error)
  )
    return new ReadRefused(`the event store refused the read: ${reasonOf(error)}`, { cause: error })
  return new EventStoreUnavailable(`the event store is unavailable: ${reasonOf(error)}`, {
    cause: error,
  })
}

/** A reply on the append stream carries no gRPC status; the end of a call does. */
function isReply(error: unknown): boolean {
  return error instanceof Error && isCommandError(error) && error.code === undefined
}

function isInvalidArgument(error: unknown): boolean {
  return (
    error instanceof Error && isCommandError(error) && Number(error.code) === GRPC_INVALID_ARGUMENT
  )
}

/** The message of an error, or its type where the client left the message empty. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.message !== '') return error.message
  return isCommandError(error) ? error.type : error.name
}
