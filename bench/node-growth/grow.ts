import { cp } from 'node:fs/promises'
import { each, type Parts } from '../harness/index.ts'
import { connectAppender } from './appender.ts'
import { startNodeOn } from './node-process.ts'
import { EVENTS_PER_APPEND, FILLING_IN_FLIGHT, type Sizes } from './sizes.ts'

/**
 * Gives a folder for each size, with so many events in it. The smallest is filled, copied and filled
 * further, and so on: each is the beginning of the next.
 */
export async function growFolders(
  { events: sizes, streams }: Sizes,
  parts: Parts,
  say: (text: string) => void,
): Promise<Map<number, string>> {
  const folders = new Map<number, string>()
  let held = 0
  let last: string | undefined
  for (const events of sizes) {
    say(`storing ${events} events`)
    const folder = await parts.folder(`node-growth-${events}`)
    if (last !== undefined) await cp(last, folder, { recursive: true })
    await fill({ folder, from: held, to: events, streams }, parts)
    folders.set(events, folder)
    held = events
    last = folder
  }
  return folders
}

interface Filling {
  readonly folder: string
  readonly from: number
  readonly to: number
  readonly streams: number
}

async function fill({ folder, from, to, streams }: Filling, parts: Parts): Promise<void> {
  const node = await startNodeOn(folder, parts)
  const appender = connectAppender(node.ready.port, EVENTS_PER_APPEND)
  const first = from / EVENTS_PER_APPEND
  await each((to - from) / EVENTS_PER_APPEND, FILLING_IN_FLIGHT, (index) =>
    appender.append((first + index) % streams),
  )
  appender.close()
  await node.stop()
}
