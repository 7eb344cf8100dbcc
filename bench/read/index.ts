import { connectEventStore } from '../../infrastructure/event-store/index.ts'
import {
  type Bench,
  type BenchContext,
  type BenchOutcome,
  inTurns,
  type Parts,
  SETTLE_MS,
  startNode,
  startWorker,
  type Worker,
} from '../harness/index.ts'
import { fill } from './fill.ts'
import { outcomeOf } from './outcome.ts'
import type { ReaderTasks, ReadFigures } from './reader-worker.ts'
import { type ReaderName, readerNames } from './readers.ts'

/** Catch-up with all events stored, through the official client and through ours. */
export const bench: Bench = { name: 'read', run }

const ROUNDS = 3

async function run({ isQuick, parts, say }: BenchContext): Promise<BenchOutcome> {
  const events = isQuick ? 5_000 : 500_000
  const { connectionString } = await startNode(parts)
  say(`storing ${events} events`)
  const eventStore = await parts.start(
    'event store',
    () => Promise.resolve(connectEventStore({ connectionString })),
    (store) => store.close(),
  )
  await fill(eventStore, events)
  await eventStore.close()

  const readers = {} as Record<ReaderName, Worker<ReaderTasks>>
  for (const name of readerNames) {
    readers[name] = await startReader(parts, { name, connectionString })
  }
  const catchUp = (name: ReaderName, count: number) => readers[name].run('catchUp', count)
  say('warming up')
  const results = await inTurns({
    candidates: candidatesOf((name) => catchUp(name, events)),
    rounds: ROUNDS,
    settleMs: isQuick ? 0 : SETTLE_MS,
    warmUp: (name) => catchUp(name, Math.ceil(events / 10)),
    onRound: (round) => {
      say(`round ${round} of ${ROUNDS}`)
    },
  })
  return outcomeOf(results, events)
}

function candidatesOf(
  measure: (name: ReaderName) => Promise<ReadFigures>,
): Record<ReaderName, () => Promise<ReadFigures>> {
  const candidates = readerNames.map((name) => [name, () => measure(name)])
  return Object.fromEntries(candidates) as Record<ReaderName, () => Promise<ReadFigures>>
}

async function startReader(
  parts: Parts,
  order: { readonly name: ReaderName; readonly connectionString: string },
): Promise<Worker<ReaderTasks>> {
  const program = new URL('reader-worker.ts', import.meta.url)
  const worker = await startWorker<ReaderTasks>(parts, program)
  await worker.run('connect', order)
  return worker
}
