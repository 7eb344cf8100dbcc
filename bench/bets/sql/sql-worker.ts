import { closedLoop, type LoadFigures, serveTasks } from '../../harness/index.ts'
import type { LoadOrder } from '../load.ts'
import { SqlLedger, type SqlTotals } from './sql-ledger.ts'

/** The callers of the SQL ledger, in a process of their own. */
const tasks = {
  open: async (order: { url: string; connections: number; players: number }): Promise<void> => {
    ledger = new SqlLedger(order.url, order.connections)
    await ledger.open(order.players)
  },
  place: ({ inFlight, durationMs }: LoadOrder): Promise<LoadFigures> =>
    closedLoop({ inFlight, durationMs, operation: () => opened().placeBet() }),
  close: async (): Promise<void> => ledger?.close(),
  totals: (): Promise<SqlTotals> => opened().totals(),
}
export type SqlTasks = typeof tasks

let ledger: SqlLedger | undefined

serveTasks(tasks)

function opened(): SqlLedger {
  if (ledger === undefined) throw new Error('the ledger is not open')
  return ledger
}
