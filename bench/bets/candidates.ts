import { startEmbeddedPostgres } from '../../infrastructure/postgres/index.ts'
import { type BenchContext, startNode, startWorker, type Worker } from '../harness/index.ts'
import type { LedgerTasks } from './ledger/ledger-worker.ts'
import type { PlainTasks } from './plain/plain-worker.ts'
import { type Sizes, SQL_CONNECTIONS } from './sizes.ts'
import type { SqlTasks } from './sql/sql-worker.ts'

export interface Candidates {
  readonly connectionString: string
  readonly ledger: Worker<LedgerTasks>
  readonly plain: Worker<PlainTasks>
  readonly sql: Worker<SqlTasks>
}

/** Each candidate in a process of its own, with its accounts open. */
export async function startCandidates(
  { parts, say }: BenchContext,
  { players, captured }: Sizes,
): Promise<Candidates> {
  const { connectionString } = await startNode(parts)

  say(`opening ${players} accounts in the ledger`)
  const ledger = await startWorker<LedgerTasks>(parts, urlOf('ledger/ledger-worker.ts'))
  await ledger.run('open', { connectionString, players })

  say('taking down the events of bets for the plain appends')
  const events = await ledger.run('capture', captured)
  const plain = await startWorker<PlainTasks>(parts, urlOf('plain/plain-worker.ts'))
  await plain.run('open', { connectionString, events, streams: players })

  say(`opening ${players} accounts in Postgres`)
  const url = await startPostgres(parts)
  const sql = await startWorker<SqlTasks>(parts, urlOf('sql/sql-worker.ts'))
  await sql.run('open', { url, connections: SQL_CONNECTIONS, players })
  return { connectionString, ledger, plain, sql }
}

/** Durable as it comes: fsync and synchronous_commit on. */
async function startPostgres(parts: BenchContext['parts']): Promise<string> {
  const dataFolder = await parts.folder('postgres')
  const postgres = await parts.start(
    'postgres',
    () => startEmbeddedPostgres({ dataFolder, logger: parts.logger }),
    (postgres) => postgres.stop(),
  )
  return postgres.url
}

function urlOf(program: string): URL {
  return new URL(program, import.meta.url)
}
