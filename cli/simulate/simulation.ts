import { connectEventStore } from '../../infrastructure/event-store/index.ts'
import { openDatabase } from '../../infrastructure/postgres/index.ts'
import type { Schema } from '../../projections/index.ts'
import { auditDay, Auditor, createGraphqlSource, type FinalAudit } from './auditor/index.ts'
import { type Cast, newCast, readCast } from './cast.ts'
import { type ApiClient, createApiClient } from './client/index.ts'
import { Killer, type KillerOptions } from './kills.ts'
import type { AuditedStack, SimulationOptions } from './options.ts'
import { showProgress } from './progress.ts'
import type { SimulationReport } from './report.ts'
import { startOwnStack } from './stack/own-stack.ts'
import { summarize } from './summary.ts'
import { createDesk, planDay, playDay, Tally } from './traffic/index.ts'

const ATTEMPT_TIMEOUT_MS = 5_000
const GIVE_UP_AFTER_MS = 120_000
/** Requests one player may have under way at once. */
const REQUESTS_PER_PLAYER = 4
const POOL_SIZE = 5
/** Requests and queries that may meet a server's death inside the API, and be told of an error. */
const FAILURES_PER_KILL = 20

/**
 * Plays a casino day against the API and audits it.
 * @throws when the stack cannot be started, breaks for good, or answers what cannot be read, and when
 *   the signal aborts; what was started is stopped
 */
export async function runSimulation(options: SimulationOptions): Promise<SimulationReport> {
  const { existing, logger } = options
  if (existing !== undefined) {
    const run = `s${options.seed}-${Date.now().toString(36)}`
    const cast = await readCast(existing.tokensFile)
    const stack = { ...existing, processes: [], isAlone: false }
    return simulate({ options, stack, cast, run, signal: options.signal })
  }
  const broken = new AbortController()
  const cast = newCast()
  const onGivenUp = (error: Error) => {
    broken.abort(error)
  }
  const stack = await startOwnStack({ tokens: cast.tokens, logger, onGivenUp })
  try {
    const signal = AbortSignal.any([options.signal, broken.signal])
    const run = `s${options.seed}`
    return await simulate({
      options,
      stack: { ...stack, isAlone: true },
      cast,
      run,
      signal,
    })
  } finally {
    await stack.stop()
  }
}

interface Simulation {
  readonly options: SimulationOptions
  readonly stack: AuditedStack & {
    readonly processes: KillerOptions['processes']
    readonly isAlone: boolean
  }
  readonly cast: Cast
  /** What all ids begin with. */
  readonly run: string
  readonly signal: AbortSignal
}

async function simulate(simulation: Simulation): Promise<SimulationReport> {
  const { options, stack, cast, signal } = simulation
  const client = createApiClient({
    url: stack.url,
    tokenOf: cast.tokenOf,
    signal,
    connectionsMax: options.concurrency * REQUESTS_PER_PLAYER,
    attemptTimeoutMs: ATTEMPT_TIMEOUT_MS,
    giveUpAfterMs: GIVE_UP_AFTER_MS,
  })
  const tally = new Tally()
  const killer = new Killer({
    seed: options.seed,
    count: options.kill,
    processes: stack.processes,
  })
  const auditor = new Auditor(() => FAILURES_PER_KILL * killer.count)
  const at = { phase: 'playing', roundsDone: 0 }
  const progress = showProgress(
    options.progressTo,
    () => performance.now(),
    () => ({
      phase: at.phase,
      roundsDone: at.roundsDone,
      rounds: options.rounds,
      answers: tally.answers,
      violations: auditor.findings.count,
      kills: killer.count,
    }),
  )
  try {
    const day = await timed(() =>
      play(simulation, { client, auditor, tally }, (rounds) => {
        at.roundsDone += rounds
        killer.dayIsAt(at.roundsDone / options.rounds)
      }),
    )
    await killer.end()
    at.phase = 'auditing'
    await options.beforeAudit?.(stack)
    const audit = await lookEverywhere(simulation, auditor, client)
    const { figures } = client
    const { kills } = killer
    return summarize({ options, auditor, tally, figures, kills, day, audit })
  } finally {
    await killer.end().catch(() => undefined) // the failure that ended the day is the one to tell
    progress.end()
    client.close()
  }
}

interface Tools {
  readonly client: ApiClient
  readonly auditor: Auditor
  readonly tally: Tally
}

function play(
  { options, cast, run, signal }: Simulation,
  tools: Tools,
  onScene: (rounds: number) => void,
): Promise<void> {
  const { seed, players, rounds, concurrency } = options
  const { site, providers } = cast
  const plan = planDay({ seed, players, rounds, providers })
  const desk = createDesk({ seed, site, ...tools })
  return playDay({ plan, run, cast, desk, concurrency, signal, onScene })
}

/** Opens the auditor's own connections to the event store and the database, and audits. */
async function lookEverywhere(
  { stack, cast, options: { logger } }: Simulation,
  auditor: Auditor,
  client: ApiClient,
): Promise<FinalAudit> {
  const applicationName = 'countroom-auditor'
  const url = stack.databaseUrl
  const database = openDatabase<Schema>({ url, poolSize: POOL_SIZE, logger, applicationName })
  const eventStore = connectEventStore({ connectionString: stack.eventStoreUrl, log: logger })
  try {
    const graphql = createGraphqlSource(client, cast.reader, (code, query) => {
      auditor.failed(code, query)
    })
    return await auditDay(auditor, {
      graphql,
      db: database.db,
      eventStore,
      isAlone: stack.isAlone,
    })
  } finally {
    await Promise.all([database.close(), eventStore.close()])
  }
}

export interface TimedDay {
  readonly seconds: number
  /** User and system time of this process. */
  readonly cpuSeconds: number
}

async function timed(work: () => Promise<void>): Promise<TimedDay> {
  const startedAtMs = performance.now()
  const cpu = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(cpu)
  return {
    seconds: (performance.now() - startedAtMs) / 1_000,
    cpuSeconds: (user + system) / 1_000_000,
  }
}
