import { setTimeout as sleep } from 'node:timers/promises'
import { describeExit } from './child-process.ts'
import type { RunningProcess } from './child-process.ts'
import type { ProcessLogger } from './process-logger.ts'
import { defaultRestartPolicy, nextRestart } from './restart-policy.ts'
import type { RestartPolicy } from './restart-policy.ts'

export interface SupervisionOptions<Ready> {
  readonly name: string
  readonly logger: ProcessLogger
  /**
   * Starts the process; from the second time on it is given what the last one said, its port say.
   * The signal is aborted when the process is not wanted any more.
   */
  readonly start: (
    previous: Ready | undefined,
    signal: AbortSignal,
  ) => Promise<RunningProcess<Ready>>
  readonly restartPolicy?: RestartPolicy
  /** Called once when the process is given up after too many deaths. */
  readonly onGivenUp?: (error: ProcessGivenUp) => void
}

/** A process that is started again when it dies, until it is stopped or dies too often. */
export interface SupervisedProcess<Ready> {
  readonly name: string
  /** The process that runs now; undefined while there is none. */
  readonly pid: number | undefined
  /**
   * Resolves as soon as the process is ready: at once when it runs, after the restart when it does not.
   * @throws ProcessGivenUp, ProcessStopped
   */
  whenReady(): Promise<Ready>
  /** Kills it (SIGKILL) and resolves when it is gone; the restart follows as after any death. */
  kill9(): Promise<void>
  /** Stops it in order and starts it at once. @throws ProcessGivenUp, ProcessStopped */
  restart(): Promise<Ready>
  /** Stops it in order, for good. Resolves when it is gone. */
  stop(): Promise<void>
}

/** The process died too often and is not started again. */
export class ProcessGivenUp extends Error {
  override readonly name = 'ProcessGivenUp'
}

/** The process was stopped and does not come back. */
export class ProcessStopped extends Error {
  override readonly name = 'ProcessStopped'
}

interface Waiter<Ready> {
  readonly resolve: (ready: Ready) => void
  readonly reject: (error: Error) => void
}

/**
 * Starts a process and keeps it running.
 *
 * @throws what `start` throws, when the very first start fails
 */
export async function superviseProcess<Ready>(
  options: SupervisionOptions<Ready>,
): Promise<SupervisedProcess<Ready>> {
  const { name, logger, restartPolicy = defaultRestartPolicy } = options
  const waiters = new Set<Waiter<Ready>>()
  const diedAtMs: number[] = []
  const unwanted = new AbortController()
  let running: RunningProcess<Ready> | undefined = await options.start(undefined, unwanted.signal)
  let lastReady = running.ready
  /** Why there will be no further process. */
  let end: Error | undefined
  /** A restart asked for: the death that follows is none to be counted or waited after. */
  let restarting = false
  let wait = new AbortController()

  const ending = keepRunning(running)

  async function keepRunning(first: RunningProcess<Ready>): Promise<void> {
    let current: RunningProcess<Ready> | undefined = first
    while (current !== undefined) {
      const status = await current.exited
      running = undefined
      if (end !== undefined) return
      if (!restarting) logger.warn(`${name} (pid ${current.pid}) died: ${describeExit(status)}`)
      current = await startAgain()
    }
  }

  async function startAgain(): Promise<RunningProcess<Ready> | undefined> {
    while (await mayStart()) {
      try {
        const started = await options.start(lastReady, unwanted.signal)
        if (end !== undefined) {
          await started.stop()
          return undefined
        }
        announce(started)
        return started
      } catch (error) {
        if (isEnded()) return undefined
        logger.error({ err: error }, `${name} could not be started again`)
      }
    }
    return undefined
  }

  /** Waits as long as the policy says; false when there is to be no further start. */
  async function mayStart(): Promise<boolean> {
    if (end !== undefined) return false
    if (restarting) {
      restarting = false
      return true
    }
    const nowMs = performance.now()
    diedAtMs.push(nowMs)
    if (diedAtMs.length > restartPolicy.deathsMax + 1) diedAtMs.shift()
    const next = nextRestart(diedAtMs, nowMs, restartPolicy)
    if (next === 'give-up') {
      giveUp()
      return false
    }
    wait = new AbortController()
    await pause(next.delayMs, wait.signal)
    restarting = false
    return !isEnded()
  }

  // Asked by a function, as the end may come while something is awaited.
  function isEnded(): boolean {
    return end !== undefined
  }

  function announce(started: RunningProcess<Ready>): void {
    running = started
    lastReady = started.ready
    restarting = false
    logger.info(`${name} runs again (pid ${started.pid})`)
    for (const waiter of waiters) waiter.resolve(started.ready)
    waiters.clear()
  }

  function giveUp(): void {
    const { deathsMax, windowMs } = restartPolicy
    const error = new ProcessGivenUp(
      `${name} died more than ${deathsMax} times within ${windowMs} ms and is not started again`,
    )
    logger.error(error.message)
    finish(error)
    options.onGivenUp?.(error)
  }

  function finish(error: Error): void {
    end = error
    wait.abort()
    unwanted.abort()
    for (const waiter of waiters) waiter.reject(error)
    waiters.clear()
  }

  function whenReady(): Promise<Ready> {
    if (end !== undefined) return Promise.reject(end)
    if (running !== undefined) return Promise.resolve(running.ready)
    return new Promise((resolve, reject) => {
      waiters.add({ resolve, reject })
    })
  }

  return {
    name,
    get pid() {
      return running?.pid
    },
    whenReady,
    kill9: async () => {
      await running?.kill9()
    },
    restart: async () => {
      if (end !== undefined) throw end
      restarting = true
      wait.abort()
      const stopping = running
      running = undefined
      await stopping?.stop()
      return whenReady()
    },
    stop: async () => {
      if (end === undefined) finish(new ProcessStopped(`${name} was stopped`))
      await running?.stop()
      await ending
    },
  }
}

/** Waits, or less when aborted. */
async function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(delayMs, undefined, { signal })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
