import { setTimeout as sleep } from 'node:timers/promises'
import { freePort, ProcessNotStarted, startChildProcess } from '../processes/index.ts'
import type { ProcessLogger, RunningProcess } from '../processes/index.ts'
import { clearLeftover, DataFolderInUse, ownerArgument } from './leftover.ts'
import type { RunAs } from './run-as.ts'

export interface PostmasterOptions {
  readonly cluster: string
  readonly postgres: string
  readonly runAs: RunAs
  readonly logger: ProcessLogger
  readonly durable: boolean
  readonly maxConnections: number
}

export interface PostmasterReady {
  readonly port: number
}

const readyTimeoutMs = 120_000 // recovery after a crash is part of a start
const stopTimeoutMs = 60_000 // a fast shutdown writes a checkpoint
const lastBackendsTimeoutMs = 15_000
const portAttemptsMax = 10

/**
 * Starts Postgres on its data folder and waits until it accepts connections.
 *
 * @param port 0 takes a free one
 * @throws DataFolderInUse, ProcessNotStarted with the last words of Postgres, Error when the port is taken
 */
export async function startPostmaster(
  options: PostmasterOptions,
  port: number,
  signal: AbortSignal,
): Promise<RunningProcess<PostmasterReady>> {
  const { cluster, logger } = options
  await clearLeftover(cluster, logger)
  const untilMs = performance.now() + lastBackendsTimeoutMs
  for (let attempt = 1; ;) {
    try {
      return await launch(options, port === 0 ? await freePort() : port, signal)
    } catch (error) {
      switch (complaintIn(error)) {
        // The backends of a killed postmaster take a moment to notice.
        case 'backends-left':
          if (performance.now() > untilMs) throw error
          await sleep(100)
          break
        case 'port-taken':
          if (port !== 0) throw new Error(`port ${port} on 127.0.0.1 is taken`, { cause: error })
          if (attempt++ >= portAttemptsMax) throw error
          break
        case 'in-use':
          throw new DataFolderInUse(`${cluster} is in use by another Postgres`, { cause: error })
        default:
          throw error
      }
    }
  }
}

async function launch(
  options: PostmasterOptions,
  port: number,
  signal: AbortSignal,
): Promise<RunningProcess<PostmasterReady>> {
  const { cluster, postgres, runAs, logger } = options
  const settings = [...settingsOf(options, port), await ownerArgument()]
  return startChildProcess<PostmasterReady>({
    name: 'postgres',
    command: runAs.command(postgres, [
      '-D',
      cluster,
      ...settings.flatMap((setting) => ['-c', setting]),
    ]),
    logger,
    readyWhen: (line) => (line.endsWith('ready to accept connections') ? { port } : undefined),
    readyTimeoutMs,
    stopSignal: 'SIGINT',
    stopTimeoutMs,
    signal,
    levelOf,
  })
}

/** A statement's error is its sender's affair, whom it reaches; here it is worth a warning. */
function levelOf(line: string): 'error' | 'warn' | 'debug' {
  if (line.startsWith('PANIC:')) return 'error'
  return /^(WARNING|ERROR|FATAL):/.test(line) ? 'warn' : 'debug'
}

function settingsOf({ durable, maxConnections }: PostmasterOptions, port: number): string[] {
  return [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    `max_connections=${maxConnections}`,
    'timezone=UTC',
    'log_timezone=UTC',
    'lc_messages=C',
    'log_line_prefix=',
    // No values of rows and statements in the log: they may be personal data.
    'log_error_verbosity=terse',
    'log_min_error_statement=panic',
    ...(durable ? ['fsync=on'] : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']),
  ]
}

function complaintIn(error: unknown): 'backends-left' | 'port-taken' | 'in-use' | undefined {
  if (!(error instanceof ProcessNotStarted)) return undefined
  const words = error.lastLines.join('\n')
  if (words.includes('pre-existing shared memory block')) return 'backends-left'
  if (words.includes('could not create any TCP/IP sockets')) return 'port-taken'
  return words.includes('lock file "postmaster.pid" already exists') ? 'in-use' : undefined
}
