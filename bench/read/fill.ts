import type { EventStore } from '../../infrastructure/event-store/index.ts'
import { each, sampleEvent } from '../harness/index.ts'

export const STREAM_PREFIX = 'bench-'
const EVENTS_PER_APPEND = 500
const APPENDS_IN_FLIGHT = 8

/** Stores so many events, in streams of 500. */
export async function fill(eventStore: EventStore, events: number): Promise<void> {
  await each(Math.ceil(events / EVENTS_PER_APPEND), APPENDS_IN_FLIGHT, async (index) => {
    const length = Math.min(EVENTS_PER_APPEND, events - index * EVENTS_PER_APPEND)
    const batch = Array.from({ length }, sampleEvent)
    await eventStore.append(`${STREAM_PREFIX}${index}`, batch, 'no-stream')
  })
}
