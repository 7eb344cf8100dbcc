import { pino } from 'pino'
import { onTestFinished } from 'vitest'
import { lookUpProcess, startChildProcess } from '../../../infrastructure/processes/index.ts'
import type {
  ChildProcessOptions,
  RunningProcess,
} from '../../../infrastructure/processes/index.ts'
export { idleScript } from './idle-script.ts'

/** A log that remembers, for a test to look at. */
export function rememberingLogger() {
  const lines: string[] = []
  const destination = { write: (line: string) => void lines.push(line) }
  return { logger: pino({ level: 'debug' }, destination), lines }
}

/**
 * Starts a node process that runs a script of one or a few lines and is ready when it writes
 * `ready <something>`. It is gone at the end of the test.
 */
export async function startScript(
  script: string,
  options: Partial<ChildProcessOptions<string>> = {},
): Promise<RunningProcess<string>> {
  const started = await startChildProcess<string>({
    name: 'script',
    command: { program: process.execPath, args: ['-e', script], env: process.env },
    logger: rememberingLogger().logger,
    readyWhen: (line) => /^ready (.*)$/.exec(line)?.[1],
    readyTimeoutMs: 10_000,
    stopSignal: 'SIGTERM',
    stopTimeoutMs: 10_000,
    ...options,
  })
  onTestFinished(() => started.kill9())
  return started
}

/** Whether it runs. One that has ended does not, even while its parent has not taken notice. */
export async function isAlive(pid: number): Promise<boolean> {
  const found = await lookUpProcess(pid)
  return found !== undefined && !found.isZombie
}
