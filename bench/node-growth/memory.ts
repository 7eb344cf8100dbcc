import { readFile } from 'node:fs/promises'

/** The memory of a process, in MiB. */
export interface Memory {
  /** What is its own: heap, buffers, stacks. */
  readonly anonymousMiB: number
  /** All that is resident, pages of files that the kernel has mapped for it included. */
  readonly residentMiB: number
}

const KIB_PER_MIB = 1_024

/** Reads /proc, so it works on Linux alone. */
export async function memoryOf(pid: number): Promise<Memory> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return { anonymousMiB: field(status, 'RssAnon'), residentMiB: field(status, 'VmRSS') }
}

function field(status: string, name: string): number {
  const kib = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]
  if (kib === undefined) throw new Error(`/proc says nothing of ${name}`)
  return Number(kib) / KIB_PER_MIB
}
