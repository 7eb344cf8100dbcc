import { Metadata, status, type ServiceError } from '@grpc/grpc-js'
import { toUSVString } from 'node:util'
import { ANY, NO_STREAM, revisionText, STREAM_EXISTS } from '../storage/revision.ts'

/** An error as a call ends with it: gRPC status, text, and the trailers that clients look at. */
export class RpcError extends Error implements ServiceError {
  readonly code: status
  readonly details: string
  readonly metadata: Metadata

  constructor(code: status, details: string, trailers: Readonly<Record<string, string>> = {}) {
    super(details)
    this.name = 'RpcError'
    this.code = code
    this.details = details
    this.metadata = new Metadata()
    for (const [key, value] of Object.entries(trailers)) this.metadata.set(key, headerText(value))
  }
}

export function invalidArgument(details: string): RpcError {
  return new RpcError(status.INVALID_ARGUMENT, details)
}

export function unavailable(details: string): RpcError {
  return new RpcError(status.UNAVAILABLE, details)
}

export function accessDenied(): RpcError {
  return new RpcError(status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' })
}

/** The same for an unknown user, a wrong password and a disabled user. */
export function unauthenticated(): RpcError {
  return new RpcError(status.UNAUTHENTICATED, 'Not Authenticated')
}

export function streamDeleted(streamName: string): RpcError {
  return new RpcError(status.FAILED_PRECONDITION, `Event stream '${streamName}' is deleted.`, {
    exception: 'stream-deleted',
    'stream-name': streamName,
  })
}

export function wrongExpectedVersion(
  streamName: string,
  expected: number,
  current: number,
): RpcError {
  return new RpcError(
    status.FAILED_PRECONDITION,
    wrongExpectedVersionText(streamName, expected, current),
    {
      exception: 'wrong-expected-version',
      'stream-name': streamName,
      'expected-version': revisionText(expected),
      'actual-version': current < 0 ? '' : revisionText(current),
    },
  )
}

export function wrongExpectedVersionText(
  streamName: string,
  expected: number,
  current: number,
): string {
  return (
    `Append failed due to WrongExpectedVersion. Stream: ${streamName}, ` +
    `Expected version: ${expectedText(expected)}, Actual version: ${revisionText(current)}`
  )
}

export function maximumAppendSizeExceeded(maximumBytes: number): RpcError {
  return new RpcError(status.INVALID_ARGUMENT, `Maximum Append Size of ${maximumBytes} Exceeded.`, {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': String(maximumBytes),
  })
}

export function missingMetadataProperty(property: string): RpcError {
  return new RpcError(
    status.INVALID_ARGUMENT,
    `Required Metadata Property '${property}' is missing`,
    {
      exception: 'missing-required-metadata-property',
      'required-metadata-properties': 'type,content-type',
    },
  )
}

function expectedText(expected: number): string {
  if (expected === ANY) return 'Any'
  if (expected === NO_STREAM) return 'NoStream'
  if (expected === STREAM_EXISTS) return 'StreamExists'
  return revisionText(expected)
}

/**
 * Trailers are ASCII; other characters are percent-encoded, as no header could carry them. A lone
 * surrogate, which has no encoding, becomes U+FFFD: telling of an error must not be one.
 */
function headerText(value: string): string {
  return /^[\x20-\x7e]*$/.test(value) ? value : encodeURIComponent(toUSVString(value))
}
