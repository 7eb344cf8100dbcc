import { each, inTurns, type Parts } from '../harness/index.ts'
import { connectAppender } from './appender.ts'
import { type Memory, memoryDuring } from './memory.ts'
import { startNodeOn } from './node-process.ts'
import { IN_FLIGHT, type Sizes } from './sizes.ts'

/** One round of appends to a node of one size, and the node's memory meanwhile. */
export interface Round extends Memory {
  readonly appendsPerSecond: number
  /** Events that the node held as the round began, and as it ended. */
  readonly eventsAtStart: number
  readonly eventsAtEnd: number
}

/** How long a node takes until its ready line, in turns; milliseconds by size, one for each start. */
export function measureStarts(
  folders: ReadonlyMap<number, string>,
  { starts, settleMs }: Sizes,
  parts: Parts,
): Promise<Record<string, number[]>> {
  const start = async (folder: string): Promise<number> => {
    const startMs = performance.now()
    const node = await startNodeOn(folder, parts)
    const tookMs = performance.now() - startMs
    await node.stop()
    return tookMs
  }
  const candidates = bySize(folders, (folder) => () => start(folder))
  const warmUp = async (size: string) => candidates[size]?.()
  return inTurns({ candidates, rounds: starts, settleMs, warmUp })
}

/** Appends of single events, in turns, to nodes of all sizes that run side by side. */
export async function measureAppends(
  folders: ReadonlyMap<number, string>,
  sizes: Sizes,
  parts: Parts,
): Promise<Record<string, Round[]>> {
  const candidates: Record<string, () => Promise<Round>> = {}
  for (const [events, folder] of folders) {
    candidates[events] = await candidate({ events, folder }, sizes, parts)
  }
  const { rounds, settleMs } = sizes
  const warmUp = async (size: string) => candidates[size]?.()
  return inTurns({ candidates, rounds, settleMs, warmUp })
}

/** A node that runs, and whose streams have all been written to. */
async function candidate(
  { events, folder }: { readonly events: number; readonly folder: string },
  { streams, appends }: Sizes,
  parts: Parts,
): Promise<() => Promise<Round>> {
  const node = await startNodeOn(folder, parts)
  const appender = connectAppender(node.ready.port, 1)
  await each(streams, IN_FLIGHT, (index) => appender.append(index))
  let held = events + streams
  return async () => {
    const startMs = performance.now()
    const memory = await memoryDuring(node.pid, () =>
      each(appends, IN_FLIGHT, (index) => appender.append((index * 7_919) % streams)),
    )
    const tookMs = performance.now() - startMs
    const eventsAtStart = held
    held += appends
    const appendsPerSecond = (appends / tookMs) * 1_000
    return { appendsPerSecond, eventsAtStart, eventsAtEnd: held, ...memory }
  }
}

function bySize<Value>(
  folders: ReadonlyMap<number, string>,
  valueOf: (folder: string) => Value,
): Record<string, Value> {
  return Object.fromEntries([...folders].map(([events, folder]) => [events, valueOf(folder)]))
}
