import { EventEmitter, once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SupervisedProcess } from '../../infrastructure/processes/index.ts'
import { type Random, randomFrom } from './random.ts'

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

/** Kills processes without warning while the day goes on, at moments that the seed has chosen. */
export class Killer {
  readonly #day = new EventEmitter()
  readonly #ended = new AbortController()
  readonly #kills = new Map<string, number>()
  readonly #killing: Promise<void>
  #at = 0

  constructor(options: KillerOptions) {
    this.#killing = this.#killAll(options)
    this.#killing.catch(() => undefined) // `end` tells
  }

  /** Kills by process name, so far; the one under way is among them. */
  get kills(): ReadonlyMap<string, number> {
    return this.#kills
  }

  /** All kills so far. */
  get count(): number {
    return [...this.#kills.values()].reduce((sum, count) => sum + count, 0)
  }

  /** Says how much of the day is over, from 0 to 1. */
  dayIsAt(fraction: number): void {
    this.#at = fraction
    this.#day.emit('moved')
  }

  /** Kills no more. Rejects when a killed process did not come back. */
  async end(): Promise<void> {
    this.#ended.abort()
    await this.#killing
  }

  async #killAll({ seed, count, processes }: KillerOptions): Promise<void> {
    const random = randomFrom(seed, 'kills')
    const { signal } = this.#ended
    const killedAtMs = new Map<string, number[]>()
    for (const [nth, fraction] of momentsOf(random, count).entries()) {
      const target = processes[nth % processes.length]
      if (target === undefined) return
      const before = killedAtMs.get(target.name) ?? []
      await unlessAborted(signal, async () => {
        while (this.#at < fraction) await once(this.#day, 'moved', { signal })
        await sleep(tolerableInMs(before) + random.below(PAUSE_MS_MAX), undefined, { signal })
      })
      if (signal.aborted) return
      await target.whenReady()
      this.#kills.set(target.name, before.length + 1)
      await target.kill9()
      killedAtMs.set(target.name, [...before, performance.now()])
      await target.whenReady()
    }
  }
}

/** One moment in each of `count` equal parts of the day. */
function momentsOf(random: Random, count: number): readonly number[] {
  return Array.from({ length: count }, (_, nth) =>
    Math.min(LAST_AT, (nth + random.below(1_000) / 1_000) / count),
  )
}

/** How long until one more death is no reason for the supervisor to give the process up. */
function tolerableInMs(killedAtMs: readonly number[]): number {
  const oldest = killedAtMs.at(-DEATHS_A_MINUTE_MAX)
  return oldest === undefined ? 0 : Math.max(0, oldest + MINUTE_MS - performance.now())
}

/** Waiting that the signal may cut short. */
async function unlessAborted(signal: AbortSignal, wait: () => Promise<void>): Promise<void> {
  try {
    await wait()
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
