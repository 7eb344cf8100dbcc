import { readFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'

/** Whether the memory of a process can be looked up here: on Linux. */
export const canMeasureMemory = existsSync('/proc/self/status')

/**
 * The memory of a process that is its own (heap, buffers, stacks), in MiB. Pages of the data file
 * that the kernel has mapped for it are the kernel's cache and not counted.
 */
export async function ownMemoryMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1]) / 1_024
}

const SAMPLE_MS = 20

/** The most memory that a process has while something is done. */
export async function peakMemoryMiB(pid: number, action: () => Promise<unknown>): Promise<number> {
  const done = new AbortController()
  const sampling = (async () => {
    let peak = 0
    while (!done.signal.aborted) {
      peak = Math.max(peak, await ownMemoryMiB(pid))
      await setTimeout(SAMPLE_MS)
    }
    return peak
  })()
  try {
    await action()
  } finally {
    done.abort()
  }
  return sampling
}
