import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { lineSplitter } from './line-splitter.ts'
import type { ProcessLogger } from './process-logger.ts'

/** What to run: a program, its arguments, its whole environment, and the user it runs as. */
export interface Command {
  readonly program: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly uid?: number
  readonly gid?: number
}

export interface ChildProcessOptions<Ready> {
  /** What the log calls it. */
  readonly name: string
  readonly command: Command
  readonly logger: ProcessLogger
  /** Called with each line the process writes, until it gives what the line says: it is ready. */
  readonly readyWhen: (line: string) => Ready | undefined
  readonly readyTimeoutMs: number
  readonly stopSignal: 'SIGTERM' | 'SIGINT'
  /** How long the process may take to stop in order before it is killed. */
  readonly stopTimeoutMs: number
  /** Stops the process when it is aborted before the process is ready. */
  readonly signal?: AbortSignal
  /** The level a line of the process is logged at; `info` when not given. */
  readonly levelOf?: (line: string) => 'debug' | 'info' | 'warn' | 'error'
}

export interface ExitStatus {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** A process that has said it is ready. */
export interface RunningProcess<Ready> {
  readonly pid: number
  readonly ready: Ready
  /** Resolves when the process is gone; never rejects. */
  readonly exited: Promise<ExitStatus>
  /** Stops it in order; kills it when that takes too long. Resolves when it is gone. */
  stop(): Promise<void>
  /** Kills it without warning (SIGKILL). Resolves when it is gone. */
  kill9(): Promise<void>
}

/** The process did not become ready: it died first, said nothing in time, or could not be run. */
export class ProcessNotStarted extends Error {
  override readonly name = 'ProcessNotStarted'
  /** The last lines the process wrote, oldest first. */
  readonly lastLines: readonly string[]

  constructor(message: string, lastLines: readonly string[], options?: ErrorOptions) {
    super([message, ...lastLines].join('\n  '), options)
    this.lastLines = lastLines
  }
}

const lastLinesMax = 20
const lastWordsTimeoutMs = 500

/**
 * Starts a process and waits until it is ready.
 *
 * It gets a session of its own, so that Ctrl-C in the terminal reaches this process alone, which
 * then stops its children in its own order. Its stdin is a pipe that ends when this process dies,
 * by whatever means: a program that exits at the end of its stdin is never left behind.
 *
 * @throws ProcessNotStarted with the last lines the process wrote; nothing is left running
 */
export async function startChildProcess<Ready>(
  options: ChildProcessOptions<Ready>,
): Promise<RunningProcess<Ready>> {
  const { name, command, logger } = options
  const { program, args, ...user } = command
  if (options.signal?.aborted === true) throw new ProcessNotStarted(`${name} was not wanted`, [])
  const child = spawn(program, args, { ...user, cwd: '/', detached: true, stdio: 'pipe' })
  const lines = forwardLines(child, options)
  const exited = exitOf(child)
  // An error of a process that does run (a signal that may not be sent) is no reason to crash.
  child.on('error', (error) => {
    logger.error({ err: error }, `${name}: ${error.message}`)
  })
  // A child that closes its stdin is free to: nothing is ever written to it.
  child.stdin.on('error', () => undefined)

  const stop = async () => {
    child.kill(options.stopSignal)
    if (await within(exited, options.stopTimeoutMs)) return
    logger.error(`${name} did not stop within ${options.stopTimeoutMs} ms and is killed`)
    child.kill('SIGKILL')
    await exited
  }
  const kill9 = async () => {
    child.kill('SIGKILL')
    await exited
  }

  const giveUp = () => void stop()
  options.signal?.addEventListener('abort', giveUp)
  const readyOrGone = Promise.race([lines.ready, exited])
  if (!(await within(readyOrGone, options.readyTimeoutMs))) {
    await stop()
    const waited = `${name} was not ready within ${options.readyTimeoutMs} ms`
    throw new ProcessNotStarted(waited, lines.last)
  }
  const outcome = await readyOrGone
  options.signal?.removeEventListener('abort', giveUp)
  if (!('ready' in outcome) || child.pid === undefined) {
    await within(lines.ended, lastWordsTimeoutMs)
    const status = await exited
    throw new ProcessNotStarted(
      `${name} ended before it was ready (${describeExit(status)})`,
      lines.last,
      status.error === undefined ? undefined : { cause: status.error },
    )
  }
  return { pid: child.pid, ready: outcome.ready, exited, stop, kill9 }
}

/** An exit in words: `exit code 1`, `signal SIGKILL`. */
export function describeExit({ code, signal }: ExitStatus): string {
  if (signal !== null) return `signal ${signal}`
  return code === null ? 'it could not be run' : `exit code ${code}`
}

function exitOf(child: ChildProcess): Promise<ExitStatus & { error?: Error }> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      resolve({ code, signal })
    })
    child.once('error', (error) => {
      if (child.pid === undefined) resolve({ code: null, signal: null, error })
    })
  })
}

/** Passes the lines of stdout and stderr to the log, and watches them for the ready line. */
function forwardLines<Ready>(child: ChildProcess, options: ChildProcessOptions<Ready>) {
  const last: string[] = []
  let found = false
  let resolveReady: (outcome: { ready: Ready }) => void
  const ready = new Promise<{ ready: Ready }>((resolve) => {
    resolveReady = resolve
  })
  const onLine = (line: string) => {
    last.push(line)
    if (last.length > lastLinesMax) last.shift()
    options.logger[options.levelOf?.(line) ?? 'info'](`${options.name}: ${line}`)
    const said = found ? undefined : options.readyWhen(line)
    if (said === undefined) return
    found = true
    resolveReady({ ready: said })
  }
  for (const stream of [child.stdout, child.stderr]) {
    const splitter = lineSplitter(onLine)
    stream?.on('data', splitter.write)
    stream?.on('end', splitter.end)
  }
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => {
      resolve()
    })
  })
  return { last, ready, ended }
}

/** Whether the promise resolves in time. */
async function within(promise: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  const clock = new AbortController()
  try {
    const late = sleep(timeoutMs, false, { signal: clock.signal })
    return await Promise.race([promise.then(() => true), late])
  } finally {
    clock.abort()
  }
}
