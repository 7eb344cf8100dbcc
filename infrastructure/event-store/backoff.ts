import { setTimeout as sleep } from 'node:timers/promises'

const FIRST_DELAY_MS = 50
const LONGEST_DELAY_MS = 2_000

/**
 * How long to wait after so many failures in a row (1 or more): doubling from 50 ms to 2 s, of
 * which up to a half is left to chance, so that several processes do not come back in step.
 */
export function backoffMs(failures: number, random: () => number = Math.random): number {
  const doublings = Math.min(failures - 1, 16)
  const delayMs = Math.min(FIRST_DELAY_MS * 2 ** doublings, LONGEST_DELAY_MS)
  return Math.ceil(delayMs * (0.5 + random() / 2))
}

/** Waits, or less when the signal aborts; it never throws. */
export async function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  await sleep(delayMs, undefined, { signal }).catch(() => undefined)
}
