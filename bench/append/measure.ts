import { inTurns, type LoadFigures, type Worker } from '../harness/index.ts'
import type { ClientTasks, LoadOrder } from './client-worker.ts'
import type { Sizes } from './sizes.ts'

export type Measured<Name extends string> = Record<Name, LoadFigures[]>

/** Events that were sent to be stored, those of warm-ups too. */
export interface Tally {
  events: number
}

/** Measures the same load through several clients in turns. */
export async function measureInTurns<Name extends string>(
  clients: Readonly<Record<Name, { worker: Worker<ClientTasks>; tally?: Tally }>>,
  sizes: Sizes,
  {
    inFlight,
    eventsPerAppend,
    rounds,
  }: Omit<LoadOrder, 'durationMs' | 'streams'> & { rounds: number },
): Promise<Measured<Name>> {
  const names = Object.keys(clients) as Name[]
  const load = async (name: Name, durationMs: number): Promise<LoadFigures> => {
    const { worker, tally } = clients[name]
    const order = { inFlight, eventsPerAppend, durationMs, streams: sizes.streams }
    const figures = await worker.run('load', order)
    if (tally) tally.events += figures.begun * eventsPerAppend
    return figures
  }
  const candidates = Object.fromEntries(
    names.map((name) => [name, () => load(name, sizes.durationMs)]),
  ) as Record<Name, () => Promise<LoadFigures>>
  const { settleMs, warmUpMs } = sizes
  return inTurns({ candidates, rounds, settleMs, warmUp: (name) => load(name, warmUpMs) })
}
