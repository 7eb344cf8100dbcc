import { abortReason, within } from './waiting.ts'

/** What is needed of a readable stream of objects. */
export interface ObjectStream {
  read(): unknown
  on(event: 'readable' | 'end', listener: () => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
}

export interface PullOptions {
  /** The longest wait for the first item. */
  readonly firstTimeoutMs: number
  /** The longest wait for each later item; Infinity for any. */
  readonly idleTimeoutMs: number
  /** Ends the pulling with the signal's reason. */
  readonly signal: AbortSignal
}

/**
 * Takes objects out of a stream one by one, when they are asked for and not before: what is not
 * asked for stays with the server. Items that arrived before an error are yielded before it.
 */
export async function* pull<T>(stream: ObjectStream, options: PullOptions): AsyncGenerator<T> {
  const { signal, idleTimeoutMs } = options
  let timeoutMs = options.firstTimeoutMs
  const seen: { end: boolean; failure?: Error } = { end: false }
  let wake: (() => void) | undefined
  const onAbort = (): void => {
    wake?.()
  }
  stream.on('readable', () => {
    wake?.()
  })
  stream.on('end', () => {
    seen.end = true
    wake?.()
  })
  // Stays on after the pulling ended: an error without a listener would end the process.
  stream.on('error', (error: Error) => {
    seen.failure ??= error
    wake?.()
  })
  signal.addEventListener('abort', onAbort)
  try {
    for (;;) {
      if (signal.aborted) throw abortReason(signal)
      const item = stream.read() as T | null
      if (item !== null) {
        timeoutMs = idleTimeoutMs
        yield item
        continue
      }
      if (seen.failure) throw seen.failure
      if (seen.end) return
      const woken = new Promise<void>((resolve) => {
        wake = resolve
      })
      await (timeoutMs === Infinity ? woken : within(timeoutMs, woken))
    }
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
