import { setTimeout as sleep } from 'node:timers/promises'
import type { SupervisedProcess } from '../../infrastructure/processes/index.ts'
import { type Random, randomFrom } from './random.ts'

/** Kills processes without warning while the day goes on. */
export interface Killer {
  /** Tells how much of the day is over, from 0 to 1. */
  dayIsAt(fraction: number): void
  /** Kills by process name, so far. */
  readonly kills: ReadonlyMap<string, number>
  /** Kills no more. Rejects when a killed process did not come back. */
  end(): Promise<void>
}

export interface KillerOptions {
  readonly seed: number
  readonly count: number
  /** Killed in turn. */
  readonly processes: readonly SupervisedProcess<unknown>[]
}

/** No kill comes later in the day than this, so that traffic meets each of them. */
const LAST_AT = 0.95
/** A process is given up by its supervisor after more deaths than this in a minute. */
const DEATHS_A_MINUTE_MAX = 5
const MINUTE_MS = 60_000
const PAUSE_MS_MAX = 30

/** Gets ready to kill `count` times, at moments spread over the day as the seed has it. */
export function createKiller({ seed, count, processes }: KillerOptions): Killer {
  const random = randomFrom(seed, 'kills')
  const kills = new Map<string, number>()
  const ended = new AbortController()
  let at = 0
  let arrive: () => void = () => undefined

  const reached = async (fraction: number) => {
    while (at < fraction && !ended.signal.aborted) {
      await new Promise<void>((resolve) => {
        arrive = resolve
      })
    }
  }
  const killAll = async () => {
    const killedAtMs = new Map<string, number[]>()
    for (const [nth, fraction] of momentsOf(random, count).entries()) {
      const target = processes[nth % processes.length]
      if (target === undefined) return
      await reached(fraction)
      await tolerable(killedAtMs.get(target.name) ?? [], ended.signal)
      await sleep(random.below(PAUSE_MS_MAX))
      if (ended.signal.aborted) return
      await target.whenReady()
      await target.kill9()
      kills.set(target.name, (kills.get(target.name) ?? 0) + 1)
      killedAtMs.set(target.name, [...(killedAtMs.get(target.name) ?? []), performance.now()])
      await target.whenReady()
    }
  }
  const killing = killAll()
  killing.catch(() => undefined) // `end` tells
  return {
    kills,
    dayIsAt(fraction) {
      at = fraction
      arrive()
    },
    async end() {
      ended.abort()
      arrive()
      await killing
    },
  }
}

/** One moment in each of `count` equal parts of the day. */
function momentsOf(random: Random, count: number): readonly number[] {
  return Array.from({ length: count }, (_, nth) =>
    Math.min(LAST_AT, (nth + random.below(1_000) / 1_000) / count),
  )
}

/** Waits until one more death is no reason for the supervisor to give the process up. */
async function tolerable(killedAtMs: readonly number[], signal: AbortSignal): Promise<void> {
  const oldest = killedAtMs.at(-DEATHS_A_MINUTE_MAX)
  const waitMs = oldest === undefined ? 0 : oldest + MINUTE_MS - performance.now()
  if (waitMs <= 0) return
  try {
    await sleep(waitMs, undefined, { signal })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
