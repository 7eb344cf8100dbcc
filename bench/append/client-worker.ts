import { closedLoop, type LoadFigures, sampleEvent, serveTasks } from '../harness/index.ts'
import { type AppendClient, type ClientKind, connect } from './client.ts'
import { streamName } from './streams.ts'

export interface LoadOrder {
  readonly inFlight: number
  readonly durationMs: number
  readonly eventsPerAppend: number
  /** Appends go to so many streams, by chance. */
  readonly streams: number
}

/** One client in a process of its own. */
const tasks = {
  connect: (order: { kind: ClientKind; connectionString: string }): Promise<void> => {
    client = connect(order.kind, order.connectionString)
    return Promise.resolve()
  },
  load: ({ inFlight, durationMs, eventsPerAppend, streams }: LoadOrder): Promise<LoadFigures> =>
    closedLoop({
      inFlight,
      durationMs,
      operation: async () => {
        const stream = streamName(Math.floor(Math.random() * streams))
        await client?.append(stream, Array.from({ length: eventsPerAppend }, sampleEvent))
      },
    }),
  close: async (): Promise<void> => client?.close(),
}
export type ClientTasks = typeof tasks

let client: AppendClient | undefined

serveTasks(tasks)
