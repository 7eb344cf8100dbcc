import { jurisdictions } from '../../../compliance/jurisdictions/index.ts'
import { connectEventStore, type NewEvent } from '../../../infrastructure/event-store/index.ts'
import { createLedger } from '../../../ledger/index.ts'
import { closedLoop, type LoadFigures, serveTasks } from '../../harness/index.ts'
import type { LoadOrder } from '../load.ts'
import { Betting } from './betting.ts'
import { type Calls, counting } from './counting-store.ts'
import { openPlayers } from './players.ts'

export interface BetFigures extends LoadFigures {
  /** Calls of the event store a bet. */
  readonly appendsPerBet: number
  readonly readsPerBet: number
}

/** The ledger as an API process runs it: with its client of the event store in one process. */
const tasks = {
  open: async (order: { connectionString: string; players: number }): Promise<void> => {
    const { connectionString } = order
    const eventStore = counting(connectEventStore({ connectionString }), calls, (events) => {
      if (captured.length < capturedMax) captured.push(...events)
    })
    const ledger = createLedger({
      eventStore,
      archive: noArchive,
      rules: jurisdictions,
      now: () => new Date(),
    })
    betting = new Betting(ledger, await openPlayers(ledger, order.players))
  },
  placeOnce: (order: LoadOrder) => load(order, (betting) => betting.placeOnce()),
  placeWithRepetitions: (order: LoadOrder) =>
    load(order, (betting) => betting.placeWithRepetitions()),
  /** Places bets until it has the events of so many. */
  capture: async (count: number): Promise<NewEvent[]> => {
    capturedMax = count
    while (captured.length < count) await tasks.placeOnce({ inFlight: 256, durationMs: 100 })
    capturedMax = 0
    return captured.splice(0)
  },
  betsPlaced: (): Promise<number> => Promise.resolve(betting?.bets ?? 0),
}
export type LedgerTasks = typeof tasks

const calls: Calls = { appends: 0, reads: 0 }
const captured: NewEvent[] = []
let capturedMax = 0
let betting: Betting | undefined

/** No account here grows old enough to drop a transaction from its window, so it is never asked. */
const noArchive = { find: () => Promise.reject(new Error('the archive was asked')) }

serveTasks(tasks)

async function load(
  { inFlight, durationMs }: LoadOrder,
  place: (betting: Betting) => Promise<void>,
): Promise<BetFigures> {
  const current = betting
  if (current === undefined) throw new Error('no accounts are open')
  const before = { ...calls }
  const figures = await closedLoop({ inFlight, durationMs, operation: () => place(current) })
  return {
    ...figures,
    appendsPerBet: (calls.appends - before.appends) / figures.begun,
    readsPerBet: (calls.reads - before.reads) / figures.begun,
  }
}
