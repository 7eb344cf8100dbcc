/** How often and how fast a process that dies is started again. */
export interface RestartPolicy {
  /** The wait before the first restart; it doubles with each further death in the window. */
  readonly delayMs: number
  readonly delayMsMax: number
  /** More deaths than this within the window, and it is given up. */
  readonly deathsMax: number
  readonly windowMs: number
}

export const defaultRestartPolicy: RestartPolicy = {
  delayMs: 100,
  delayMsMax: 5_000,
  deathsMax: 5,
  windowMs: 60_000,
}

/**
 * Decides what follows a death.
 *
 * @param diedAtMs times of the deaths so far, the latest included, on the clock of `nowMs`
 * @returns how long to wait before the restart, or 'give-up'
 */
export function nextRestart(
  diedAtMs: readonly number[],
  nowMs: number,
  policy: RestartPolicy,
): { readonly delayMs: number } | 'give-up' {
  const recent = diedAtMs.filter((atMs) => nowMs - atMs < policy.windowMs).length
  if (recent > policy.deathsMax) return 'give-up'
  const delayMs = policy.delayMs * 2 ** Math.max(0, recent - 1)
  return { delayMs: Math.min(delayMs, policy.delayMsMax) }
}
