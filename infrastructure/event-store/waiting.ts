/** Settles as the work does, or rejects when it takes longer than that; the work itself goes on. */
export function within<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`no answer within ${timeoutMs} ms`))
    }, timeoutMs)
    work.then(resolve, reject).finally(() => {
      clearTimeout(timer)
    })
  })
}

/** Settles as the work does, or rejects when the signal aborts; the work itself goes on. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      reject(abortReason(signal))
    }
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', abort)
    })
  })
}

export function abortReason(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason))
}

/** A function, so that the compiler does not take an earlier answer for granted. */
export function isAborted(signal: AbortSignal): boolean {
  return signal.aborted
}
