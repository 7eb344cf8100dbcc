import { pino, type Logger } from 'pino'
import { startNode, type RunningNode } from './node.ts'
import { isCommitFailure } from './storage/commit-failure.ts'
import { type NodeOptions, parseOptions, USAGE, UsageError } from './options.ts'

const USAGE_EXIT_CODE = 2
const STDERR = 2

await main()

/** The program: serves until it is told to stop. Exit codes: 0 stopped, 1 failed, 2 bad usage. */
async function main(): Promise<void> {
  const options = readOptions()
  if (options === undefined) return
  const logger = createLogger(options)
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

function readOptions(): NodeOptions | undefined {
  try {
    const options = parseOptions(process.argv.slice(2), process.env)
    if (options !== 'help') return options
    process.stdout.write(USAGE)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    process.stderr.write(`${error.message}\n\n${USAGE}`)
    process.exitCode = USAGE_EXIT_CODE
  }
  return undefined
}

/** One line of JSON tells whoever started the node that it is ready, and where. */
function announce({ address, port, folder }: RunningNode): void {
  const line = { ready: true, address, port, db: folder, pid: process.pid }
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
  try {
    await node.stop()
    process.exit(0)
  } catch (error) {
    logger.fatal({ err: error }, 'could not stop in order')
    process.exit(1)
  }
}
