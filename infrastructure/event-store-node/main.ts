import { setLogger } from '@grpc/grpc-js'
import { pino, type Logger } from 'pino'
import { runUsersCommand, USERS_USAGE } from './access/users-command.ts'
import { UsersFileError } from './access/users-file.ts'
import { grpcLog } from './grpc-log.ts'
import { startNode, type RunningNode } from './node.ts'
import { isCommitFailure } from './storage/commit-failure.ts'
import { type Command, type NodeOptions, parseCommand, USAGE, UsageError } from './options/index.ts'

const USAGE_EXIT_CODE = 2
const STDERR = 2
/** Far more than a stop in order takes; a disk that hangs must not hold it up for ever. */
const STOP_TIMEOUT_MS = 20_000

await main()

/**
 * The program: serves until it is told to stop, or looks after the users file. Exit codes: 0 stopped,
 * 1 failed, 2 bad usage.
 */
async function main(): Promise<void> {
  const [first, ...rest] = process.argv.slice(2)
  if (first === 'users') await manageUsers(rest)
  else await serveOrPrint(process.argv.slice(2))
}

async function manageUsers(args: readonly string[]): Promise<void> {
  try {
    process.stdout.write(await runUsersCommand(args, process.env, process.stdin))
  } catch (error) {
    if (error instanceof UsageError) sayUsage(error, USERS_USAGE)
    else if (error instanceof UsersFileError) sayFailure(error)
    else throw error
  }
}

async function serveOrPrint(args: readonly string[]): Promise<void> {
  const command = readCommand(args)
  if (command?.kind === 'print') process.stdout.write(command.text)
  if (command?.kind === 'serve') await serve(command.options, command.warnings)
}

async function serve(options: NodeOptions, warnings: readonly string[]): Promise<void> {
  const logger = createLogger(options)
  setLogger(grpcLog(logger))
  for (const warning of warnings) logger.warn(warning)
  if (options.security.kind === 'insecure') logger.info('insecure: no TLS, users or access lists')
  process.on('uncaughtException', (error) => {
    // Nothing may be written after this: the process ends before the pending group is committed.
    logger.fatal({ err: error }, 'unexpected error')
    process.exit(1)
  })
  process.on('unhandledRejection', (reason) => {
    if (!isCommitFailure(reason)) throw reason
  })
  try {
    const node = await startNode(options, logger)
    stopWhenTold(node, options, logger)
    process.on('SIGHUP', () => {
      node.reload()
    })
    announce(node)
  } catch (error) {
    logger.fatal(error instanceof Error ? error.message : String(error))
    process.exitCode = 1
  }
}

/** The log goes to stderr. When nobody reads that any more, the node ends in order nevertheless. */
function createLogger({ logLevel }: NodeOptions): Logger {
  const destination = pino.destination(STDERR)
  destination.on('error', () => undefined)
  return pino({ name: 'event-store-node', level: logLevel }, destination)
}

function readCommand(args: readonly string[]): Command | undefined {
  try {
    return parseCommand(args, process.env)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    sayUsage(error, USAGE)
    return undefined
  }
}

function sayUsage(error: UsageError, usage: string): void {
  process.stderr.write(`${error.message}\n\n${usage}`)
  process.exitCode = USAGE_EXIT_CODE
}

function sayFailure(error: Error): void {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}

/** One line of JSON tells whoever started the node that it is ready, and where. */
function announce({ address, port, folder, isSecure }: RunningNode): void {
  const line = { ready: true, address, port, tls: isSecure, db: folder, pid: process.pid }
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

function stopWhenTold(node: RunningNode, { exitWithParent }: NodeOptions, logger: Logger): void {
  let stopping: Promise<void> | undefined
  const stop = (reason: string): void => {
    stopping ??= end(node, reason, logger)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  if (!exitWithParent) return
  process.stdin.on('end', () => {
    stop('parent gone')
  })
  process.stdin.on('error', () => {
    stop('parent gone')
  })
  process.stdin.resume()
}

async function end(node: RunningNode, reason: string, logger: Logger): Promise<void> {
  logger.info({ reason }, 'stopping')
  setTimeout(() => {
    logger.fatal(`not stopped after ${STOP_TIMEOUT_MS} ms: cut off`)
    process.exit(1)
  }, STOP_TIMEOUT_MS).unref()
  try {
    await node.stop()
    process.exit(0)
  } catch (error) {
    logger.fatal({ err: error }, 'could not stop in order')
    process.exit(1)
  }
}
