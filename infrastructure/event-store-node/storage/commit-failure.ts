/**
 * How lmdb says that a commit failed: every put of it rejects with an error that holds a promise of
 * the reason. One of these rejections nobody can catch, since its promise stays inside lmdb.
 */
interface CommitFailure extends Error {
  readonly commitError: Promise<unknown>
}

/** Whether an error is one of those that a failed commit gives; the writer deals with it. */
export function isCommitFailure(error: unknown): error is CommitFailure {
  return error instanceof Error && 'commitError' in error && error.commitError instanceof Promise
}

/** What the operating system said, where that is known. */
export async function reasonOf(error: unknown): Promise<unknown> {
  if (!isCommitFailure(error)) return error
  try {
    await error.commitError
    return error
  } catch (reason) {
    return reason
  }
}
