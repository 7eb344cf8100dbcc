import { type Command, InvalidArgumentError } from 'commander'
import { pino } from 'pino'
import { UnusableTokens } from './cast.ts'
import type { ExistingStack } from './options.ts'
import { inTable, isSuccess } from './report.ts'
import { runSimulation } from './simulation.ts'

const FAILED = 1
const USED_WRONGLY = 2

interface Flags {
  readonly seed: number
  readonly players: number
  readonly rounds: number
  readonly concurrency: number
  readonly kill: number
  readonly json?: boolean
  readonly url?: string
  readonly tokens?: string
  readonly eventStoreUrl?: string
}

/** Adds `countroom simulate`. Exit codes: 0 no violation, 1 a violation or no end, 2 used wrongly. */
export function addSimulateCommand(program: Command): void {
  program
    .command('simulate')
    .description('Play a casino day against the API, kill its processes, and audit what is left')
    .option('--seed <number>', 'the same seed plays the same day', wholeNumber(0), 1)
    .option('--players <number>', 'players', wholeNumber(1, 100_000), 200)
    .option('--rounds <number>', 'rounds played by all of them', wholeNumber(1, 10_000_000), 5_000)
    .option('--concurrency <number>', 'players at the same time', wholeNumber(1, 1_000), 32)
    .option(
      '--kill <number>',
      'kill API, event store and Postgres in turn',
      wholeNumber(0, 1_000),
      0,
    )
    .option('--json', 'print the report as one line of JSON')
    .option('--url <url>', 'the API of a stack that runs already (with --tokens, DATABASE_URL)')
    .option('--tokens <file>', 'tokens for it: a JSON array of role, name and token')
    .option('--event-store-url <url>', 'its event store, for the audit (EVENTSTORE_URL)')
    .action(async (flags: Flags) => {
      process.exitCode = await simulate(flags)
    })
}

async function simulate(flags: Flags): Promise<number> {
  const { json, seed, players, rounds, concurrency, kill } = flags
  const existing = existingStack(flags)
  if (typeof existing === 'string') return complain(existing, USED_WRONGLY)
  const logger = pino({ level: logLevel(kill) }, pino.destination(2))
  const stopping = stopSignal()
  try {
    const report = await runSimulation({
      seed,
      players,
      rounds,
      concurrency,
      kill,
      signal: stopping.signal,
      progressTo: process.stderr,
      logger,
      ...(existing !== undefined && { existing }),
    })
    process.stdout.write(`${json === true ? JSON.stringify(report) : inTable(report)}\n`)
    return isSuccess(report) ? 0 : FAILED
  } catch (error) {
    if (error instanceof UnusableTokens) return complain(error.message, USED_WRONGLY)
    const reason = stopping.signal.aborted ? 'it was stopped' : reasonOf(error)
    return complain(`the simulation could not be completed: ${reason}`, FAILED)
  } finally {
    stopping.forget()
  }
}

/** What dies on purpose is not worth a line. */
function logLevel(kill: number): string {
  return process.env['COUNTROOM_LOG_LEVEL'] ?? (kill > 0 ? 'fatal' : 'error')
}

/** The stack that runs already; undefined when none is named, words when it is named by halves. */
function existingStack(flags: Flags): ExistingStack | string | undefined {
  const { url, tokens: tokensFile, kill } = flags
  if (url === undefined) return tokensFile === undefined ? undefined : '--tokens needs --url'
  if (!URL.canParse(url)) return '--url: must be a URL'
  const eventStoreUrl = flags.eventStoreUrl ?? process.env['EVENTSTORE_URL']
  // Its password must not stand among the arguments, which every user of the machine can read.
  const databaseUrl = process.env['DATABASE_URL']
  if (hasUserinfo(flags.eventStoreUrl)) {
    return '--event-store-url: must have no user or password, which others could read; set EVENTSTORE_URL'
  }
  if (tokensFile === undefined) return '--url needs --tokens'
  if (eventStoreUrl === undefined) return '--url needs --event-store-url or EVENTSTORE_URL'
  if (databaseUrl === undefined) return '--url needs DATABASE_URL'
  if (kill > 0) return '--kill kills a stack of the simulation alone: it does not go with --url'
  return { url, tokensFile, eventStoreUrl, databaseUrl }
}

/** Any @ counts: a connection string of several hosts is no URL that could be parsed. */
function hasUserinfo(url: string | undefined): boolean {
  return url?.includes('@') === true
}

/** Aborts on the first Ctrl-C or SIGTERM. */
function stopSignal() {
  const controller = new AbortController()
  const stop = () => {
    controller.abort()
  }
  process.on('SIGINT', stop).on('SIGTERM', stop)
  const forget = () => process.off('SIGINT', stop).off('SIGTERM', stop)
  return { signal: controller.signal, forget }
}

function wholeNumber(min: number, max = Number.MAX_SAFE_INTEGER) {
  return (text: string): number => {
    const number = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
    if (number >= min && number <= max) return number
    throw new InvalidArgumentError(`must be a whole number from ${min} to ${max}`)
  }
}

function complain(message: string, exitCode: number): number {
  process.stderr.write(`countroom: ${message}\n`)
  return exitCode
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
