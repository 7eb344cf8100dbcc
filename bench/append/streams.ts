import type { EventStore } from '../../infrastructure/event-store/index.ts'
import { each } from '../harness/index.ts'

export function streamName(index: number): string {
  return `bench-${index}`
}

/** How many events the streams hold, by the revisions of their last events. */
export async function countEvents(eventStore: EventStore, streams: number): Promise<number> {
  let events = 0
  await each(streams, 64, async (index) => {
    const last = eventStore.readStream(streamName(index), { direction: 'backwards', maxCount: 1 })
    for await (const { revision } of last) events += Number(revision) + 1
  })
  return events
}
