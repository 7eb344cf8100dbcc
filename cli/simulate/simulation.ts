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
 * Whatever ends it before its time stands in `incomplete`, with all that was found until then.
 * @throws when the stack cannot be started or stopped; what was started is stopped
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
  const audit: FinalAudit = { missing: 0, events: 0, entries: 0 }
  const timeOfDay = timer()
  let day: TimedDay | undefined
  let brokenOff: string | undefined
  try {
    await play(simulation, { client, auditor, tally }, (rounds) => {
      at.roundsDone += rounds
      killer.dayIsAt(at.roundsDone / options.rounds)
    })
    day = timeOfDay()
    await killer.end()
    at.phase = 'auditing'
    await options.beforeAudit?.(stack)
    await lookEverywhere(simulation, { auditor, client }, audit)
  } catch (error) {
    const reason = options.signal.aborted ? 'it was stopped' : reasonOf(error)
    brokenOff = `broken off while ${at.phase}: ${reason}`
  } finally {
    await killer.end().catch(() => undefined) // the failure that ended the day is the one to tell
    progress.end()
    client.close()
  }
  const { figures } = client
  const { kills } = killer
  day ??= timeOfDay()
  return summarize({ options, auditor, tally, figures, kills, day, audit, brokenOff })
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
  { stack, cast, signal, options: { logger } }: Simulation,
  { auditor, client }: Omit<Tools, 'tally'>,
  audit: FinalAudit,
): Promise<void> {
  const applicationName = 'countroom-auditor'
  const url = stack.databaseUrl
  const database = openDatabase<Schema>({ url, poolSize: POOL_SIZE, logger, applicationName })
  const eventStore = connectEventStore({ connectionString: stack.eventStoreUrl, log: logger })
  try {
    const graphql = createGraphqlSource(client, cast.reader, (code, query) => {
      auditor.failed(code, query)
    })
    const { db } = database
    const { isAlone } = stack
    await auditDay(auditor, { graphql, db, eventStore, isAlone, signal }, audit)
  } finally {
    await Promise.all([database.close(), eventStore.close()])
  }
}

export interface TimedDay {
  readonly seconds: number
  /** User and system time of this process. */
  readonly cpuSeconds: number
}

/** Starts the clock; what it gives back reads it. */
function timer(): () => TimedDay {
  const startedAtMs = performance.now()
  const cpu = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(cpu)
    return {
      seconds: (performance.now() - startedAtMs) / 1_000,
      cpuSeconds: (user + system) / 1_000_000,
    }
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
