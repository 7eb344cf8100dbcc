import { ANY, NO_STREAM, STREAM_EXISTS } from '../storage/revision.ts'
import type { ExpectedRevision } from './append-options.ts'
import { invalidArgument } from './rpc-error.ts'

interface ExpectedRevisionCases {
  readonly exact: string | undefined
  readonly isAny: boolean
  readonly isNoStream: boolean
  readonly isStreamExists: boolean
}

/** The expected revision of a request, in the numbers of revision.ts. Throws INVALID_ARGUMENT. */
export function expectedRevisionOf(cases: ExpectedRevisionCases): number {
  if (cases.exact !== undefined) return exactRevision(cases.exact)
  if (cases.isAny) return ANY
  if (cases.isNoStream) return NO_STREAM
  if (cases.isStreamExists) return STREAM_EXISTS
  throw missingRevision()
}

/** The same, as it was decoded. */
export function expectedRevisionIn(expected: ExpectedRevision | undefined): number {
  if (expected === undefined) throw missingRevision()
  return Number(expected)
}

/** A revision in decimal. Rounding past 2^53 does no harm: no stream ever gets there. */
function exactRevision(text: string): number {
  const revision = Number(text)
  if (Number.isInteger(revision) && revision >= 0) return revision
  throw invalidArgument('expected revision must not be negative')
}

function missingRevision() {
  return invalidArgument('an expected stream revision is required')
}
