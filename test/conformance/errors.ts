import { module, name } from './public-client.ts'

/** The error a call fails with. */
export async function failure(call: Promise<unknown>): Promise<unknown> {
  try {
    await call
  } catch (error) {
    return error
  }
  throw new Error('the call should have failed')
}

/** What a `WrongExpectedVersionError` tells. */
export interface Conflict {
  readonly streamName: string
  readonly expected: unknown
  readonly actual: unknown
}

/** How a write ended, with what the client's error tells. */
export type Outcome<T> = { done: T } | { conflict: Conflict } | { deletedStream: string }

/** Waits for a write to be done or refused; any other error is thrown on. */
export async function outcomeOf<T>(write: Promise<T>): Promise<Outcome<T>> {
  try {
    return { done: await write }
  } catch (error) {
    if (error instanceof module.WrongExpectedVersionError) return { conflict: conflictIn(error) }
    if (error instanceof module.StreamDeletedError) return { deletedStream: error.streamName }
    throw error
  }
}

/** Each client has its own words for the fields. */
function conflictIn(error: { readonly streamName: string }): Conflict {
  const isKurrent = name === '@kurrent/kurrentdb-client'
  return {
    streamName: error.streamName,
    expected: Reflect.get(error, isKurrent ? 'expectedState' : 'expectedVersion'),
    actual: Reflect.get(error, isKurrent ? 'actualState' : 'actualVersion'),
  }
}
