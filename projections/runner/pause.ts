import { setTimeout as sleep } from 'node:timers/promises'

/** Waits, or less when the signal aborts; it never throws. */
export async function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  await sleep(delayMs, undefined, { signal }).catch(() => undefined) // aborted: no need to wait
}
