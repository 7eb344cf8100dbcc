/** A program that uses the event store in every way at once for a second, and closes it. */
import { setTimeout as sleep } from 'node:timers/promises'
import { connectEventStore } from '../../../infrastructure/event-store/index.ts'
import { newEvents, newStream, toArray } from './events.ts'

const store = connectEventStore({ connectionString: process.argv[2] ?? '', appendTimeoutMs: 300 })
process.stdout.write('started\n')
const appends = Array.from({ length: 20 }, () =>
  store.append(newStream(), newEvents(2), 'no-stream'),
)
const reads = Array.from({ length: 5 }, () => toArray(store.readAll()))
const { signal } = new AbortController()
const subscription = toArray(store.subscribeToAll({ streamPrefixes: ['test'], signal }))
const everything = Promise.allSettled([...appends, ...reads, subscription])
await sleep(1_000)
await store.close()
await everything
process.stdout.write('closed\n')
