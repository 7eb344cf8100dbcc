/** Word that the program is to stop. */
export interface Stopping {
  /** Resolves on the first SIGINT or SIGTERM, rejects when `fail` was called before. */
  readonly told: Promise<void>
  /** Stops the program because it cannot go on. */
  readonly fail: (error: Error) => void
}

/**
 * Listens for the signals that end a program; a second one does not cut the orderly stop short.
 * @param withParent the end of stdin, a pipe from the parent process, is such a signal too
 */
export function untilToldToStop(withParent: boolean): Stopping {
  const failure = new AbortController()
  const told = new Promise<void>((resolve, reject) => {
    failure.signal.addEventListener('abort', () => {
      reject(failure.signal.reason as Error)
    })
    const stop = () => {
      resolve()
    }
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop)
    // Unreferenced, as a parent that lives on must not keep a program alive that has stopped.
    if (withParent) process.stdin.on('end', stop).on('error', stop).resume().unref()
  })
  told.catch(() => undefined) // whoever awaits it hears of the failure
  return {
    told,
    fail: (error) => {
      failure.abort(error)
    },
  }
}
