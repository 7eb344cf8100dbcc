import { randomUUID } from 'node:crypto'
import {
  connectEventStore,
  type EventStore,
  type NewEvent,
} from '../../../infrastructure/event-store/index.ts'
import { closedLoop, type LoadFigures, serveTasks } from '../../harness/index.ts'
import type { LoadOrder } from '../load.ts'
import { Streams } from './streams.ts'

/** Appends of the ledger's events with nothing before and after them, in a process of its own. */
const tasks = {
  open: (order: {
    connectionString: string
    events: readonly NewEvent[]
    streams: number
  }): Promise<void> => {
    eventStore = connectEventStore({ connectionString: order.connectionString })
    events = order.events
    streams = new Streams(order.streams)
    return Promise.resolve()
  },
  append: ({ inFlight, durationMs }: LoadOrder): Promise<LoadFigures> =>
    closedLoop({ inFlight, durationMs, operation: appendOne }),
}
export type PlainTasks = typeof tasks

let eventStore: EventStore | undefined
let events: readonly NewEvent[] = []
let streams = new Streams(0)

serveTasks(tasks)

/** As the ledger does it: the next event of a stream whose revision is known. */
async function appendOne(index: number): Promise<void> {
  const event = events[index % events.length]
  if (event === undefined || eventStore === undefined) throw new Error('there is nothing to append')
  const stream = streams.take()
  const expected = stream.revision < 0n ? 'no-stream' : stream.revision
  const result = await eventStore.append(stream.name, [{ ...event, id: randomUUID() }], expected)
  if (result.status !== 'appended') throw new Error(`an append was answered ${result.status}`)
  streams.giveBack(stream, result.revision)
}
