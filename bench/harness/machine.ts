import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os'
import { rounded } from './statistics.ts'

/** Where the figures are from. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly node: string
  readonly platform: string
  /** Over the last 1, 5 and 15 minutes: above the number of cores before the start, others were at work. */
  readonly loadAverage: { readonly start: readonly number[]; readonly end: readonly number[] }
}

/** Notes the load at the start; what it returns notes it at the end and describes the machine. */
export function observeMachine(): () => Machine {
  const start = loadavg().map(rounded)
  return () => ({
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: rounded(totalmem() / 2 ** 30),
    node: process.version,
    platform: `${platform()} ${release()} ${arch()}`,
    loadAverage: { start, end: loadavg().map(rounded) },
  })
}
