#!/usr/bin/env node
import { Command } from 'commander'
import { type Logger, pino } from 'pino'
import { printSchema } from '../api/index.ts'
import { type Configuration, InvalidConfiguration, readConfiguration } from './configuration.ts'
import { query } from './query.ts'
import { addEventStoreCommands } from './eventstore/index.ts'
import { inJson, inWords } from './say.ts'
import { addSimulateCommand } from './simulate/index.ts'
import { start } from './start.ts'
import { untilToldToStop } from './stop-signals.ts'

/** Exit codes: 0 done, 1 failed, 2 used wrongly. */
const FAILED = 1
const USED_WRONGLY = 2

const program = new Command('countroom')
  .description('The event-sourced ledger and compliance core of an online casino')
  .showHelpAfterError()
  .exitOverride(({ exitCode }) => {
    process.exit(exitCode === 0 ? 0 : USED_WRONGLY)
  })

program
  .command('start')
  .description('Start the API, and with it an event store and a Postgres where none is given')
  .option('--host <address>', 'address to listen on (COUNTROOM_HOST, 127.0.0.1)')
  .option('--port <number>', 'port to listen on, 0 for a free one (COUNTROOM_PORT, 4000)')
  .option('--data-folder <folder>', 'data of the servers started here (COUNTROOM_DATA, data)')
  .option('--event-store-url <url>', 'an EventStoreDB that runs already (EVENTSTORE_URL)')
  .option('--tokens-file <file>', 'who may call the API (COUNTROOM_TOKENS_FILE)')
  .option('--log-level <level>', 'debug, info, warn or error (COUNTROOM_LOG_LEVEL, warn)')
  .option('--config <file>', 'a JSON file with any of these')
  .option('--json', 'say that it is ready in one JSON object')
  .option('--exit-with-parent', 'stop when stdin ends, so that a dead parent leaves nothing behind')
  .addHelpText('after', '\nA Postgres that runs already is given by DATABASE_URL.')
  .action(async ({ json, config, exitWithParent, ...flags }: Record<string, unknown>) => {
    const file = typeof config === 'string' ? config : undefined
    const configuration = await readConfiguration(flags, process.env, file)
    const say = json === true ? inJson : inWords
    const stopping = untilToldToStop(exitWithParent === true)
    await start(configuration, loggerFor(configuration), say, stopping)
  })

program
  .command('schema')
  .description('Print the GraphQL schema')
  .action(() => {
    process.stdout.write(printSchema())
  })

program
  .command('query')
  .description('Send one GraphQL request to a countroom that runs here, and print the answer')
  .argument('<document>', 'the GraphQL text')
  .requiredOption('--as <role>', 'operator, provider, analyst or regulator')
  .action(async (document: string, { as: role }: { readonly as: string }) => {
    const configuration = await readConfiguration({}, process.env)
    if (!(await query(configuration, role, document))) process.exitCode = FAILED
  })

addSimulateCommand(program)
addEventStoreCommands(program)

try {
  await program.parseAsync()
} catch (error) {
  process.stderr.write(`countroom: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = error instanceof InvalidConfiguration ? USED_WRONGLY : FAILED
}

/** Logs go to stderr, as stdout is for what a command has to say. */
function loggerFor({ logLevel }: Configuration): Logger {
  return pino({ level: logLevel }, pino.destination(2))
}
