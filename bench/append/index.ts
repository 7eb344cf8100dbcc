import { connectEventStore } from '../../infrastructure/event-store/index.ts'
import type { Bench, BenchContext, BenchOutcome } from '../harness/index.ts'
import { startCandidates } from './candidates.ts'
import { measureInTurns, type Tally } from './measure.ts'
import { outcomeOf, type Singles, type Sweep } from './outcome.ts'
import { EVENTS_PER_APPEND, fullSizes, IN_FLIGHT, quickSizes, SWEEP_IN_FLIGHT } from './sizes.ts'
import { countEvents } from './streams.ts'

/** Appends through the official client and through ours, and ours to a server that stores nothing. */
export const bench: Bench = { name: 'append', run }

async function run({ isQuick, parts, say }: BenchContext): Promise<BenchOutcome> {
  const sizes = isQuick ? quickSizes : fullSizes
  say('starting a node, a null server and the clients')
  const { workers, connectionString } = await startCandidates(parts)
  const tally: Tally = { events: 0 }
  const official = { worker: workers.official, tally }
  const ours = { worker: workers.ours, tally }
  const oursToNull = { worker: workers.oursToNull }

  const singles: Singles = {}
  for (const inFlight of IN_FLIGHT) {
    say(`appends of one event, ${inFlight} in flight`)
    const order = { inFlight, eventsPerAppend: 1, rounds: sizes.rounds }
    singles[inFlight] = await measureInTurns({ official, ours, oursToNull }, sizes, order)
  }
  const sweep: Sweep = {}
  for (const eventsPerAppend of EVENTS_PER_APPEND) {
    say(`appends of ${eventsPerAppend} events, ${SWEEP_IN_FLIGHT} in flight`)
    const order = { inFlight: SWEEP_IN_FLIGHT, eventsPerAppend, rounds: sizes.sweepRounds }
    sweep[eventsPerAppend] = await measureInTurns({ official, ours }, sizes, order)
  }

  say('counting what was stored')
  const eventStore = await parts.start(
    'event store',
    () => Promise.resolve(connectEventStore({ connectionString })),
    (store) => store.close(),
  )
  const stored = await countEvents(eventStore, sizes.streams)
  if (stored !== tally.events) throw new Error(`${tally.events} events sent, ${stored} stored`)
  return outcomeOf({ singles, sweep, sent: tally.events, stored })
}
