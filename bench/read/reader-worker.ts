import { serveTasks } from '../harness/index.ts'
import { openReader, type Reader, type ReaderName } from './readers.ts'

export interface ReadFigures {
  readonly events: number
  readonly eventsPerSecond: number
}

/** One way to read, in a process of its own. */
const tasks = {
  connect: (order: { name: ReaderName; connectionString: string }): Promise<void> => {
    reader = openReader(order.name, order.connectionString)
    return Promise.resolve()
  },
  /** @throws Error when it read more or fewer events */
  catchUp: async (count: number): Promise<ReadFigures> => {
    if (reader === undefined) throw new Error('not connected')
    const startMs = performance.now()
    const { events } = await reader(count)
    const durationMs = performance.now() - startMs
    if (events !== count) throw new Error(`${events} events read of ${count}`)
    return { events, eventsPerSecond: (events / durationMs) * 1_000 }
  },
}
export type ReaderTasks = typeof tasks

let reader: Reader | undefined

serveTasks(tasks)
