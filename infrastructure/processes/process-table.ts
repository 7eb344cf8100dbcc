import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

/** What the system (Linux, /proc) says of a process. */
export interface ProcessEntry {
  /** Together with the pid it names a process for good, as pids are used again. */
  readonly startTime: string
  /** It has ended, and its parent has not taken notice yet. */
  readonly isZombie: boolean
  readonly args: readonly string[]
}

/** Looks a process up; undefined when there is none, or no /proc (as on macOS). */
export async function lookUpProcess(pid: number): Promise<ProcessEntry | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    const cmdline = await readFile(`/proc/${pid}/cmdline`, 'utf8')
    // The name in parentheses may hold anything; state is the 3rd field, start time the 22nd.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const startTime = fields[19]
    if (startTime === undefined) return undefined
    return { startTime, isZombie: fields[0] === 'Z', args: cmdline.split('\0').slice(0, -1) }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT' || code === 'ESRCH') return undefined
    throw error
  }
}

/** Waits until a process that need not be a child is gone. False when it still runs after that time. */
export async function waitForEnd(
  pid: number,
  { startTime }: ProcessEntry,
  timeoutMs: number,
): Promise<boolean> {
  const untilMs = performance.now() + timeoutMs
  for (;;) {
    const now = await lookUpProcess(pid)
    if (now === undefined || now.isZombie || now.startTime !== startTime) return true
    if (performance.now() >= untilMs) return false
    await sleep(50)
  }
}
