import { readFile } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { median } from '../harness/index.ts'

/** The memory of a process, in MiB. */
export interface Memory {
  /** What is its own: heap, buffers, stacks. */
  readonly anonymousMiB: number
  /** All that is resident, pages of files that the kernel has mapped for it included. */
  readonly residentMiB: number
}

const KIB_PER_MIB = 1_024
const SAMPLE_MS = 50

/** Reads /proc, so it works on Linux alone. */
async function memoryOf(pid: number): Promise<Memory> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return { anonymousMiB: field(status, 'RssAnon'), residentMiB: field(status, 'VmRSS') }
}

/**
 * What a process has while something is done: the median of many samples, since the heap of V8
 * grows until it is collected and a single look would hit it anywhere between.
 */
export async function memoryDuring(pid: number, action: () => Promise<unknown>): Promise<Memory> {
  const done = new AbortController()
  const sampling = sample(pid, done.signal)
  try {
    await action()
  } finally {
    done.abort()
  }
  const samples = await sampling
  return {
    anonymousMiB: median(samples.map(({ anonymousMiB }) => anonymousMiB)),
    residentMiB: median(samples.map(({ residentMiB }) => residentMiB)),
  }
}

async function sample(pid: number, signal: AbortSignal): Promise<Memory[]> {
  const samples = [await memoryOf(pid)]
  while (!signal.aborted) {
    await setTimeout(SAMPLE_MS)
    samples.push(await memoryOf(pid))
  }
  return samples
}

function field(status: string, name: string): number {
  const kib = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]
  if (kib === undefined) throw new Error(`/proc says nothing of ${name}`)
  return Number(kib) / KIB_PER_MIB
}
