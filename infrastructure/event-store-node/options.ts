import { parseArgs } from 'node:util'
import { z } from 'zod'

/** HTTP/2 pings, by which connections that are gone are found. */
export interface KeepAlive {
  readonly intervalMs: number
  readonly timeoutMs: number
}

/** How a node is to run. */
export interface NodeOptions {
  /** Data folder; undefined: a temporary one, removed at the end. */
  readonly db: string | undefined
  readonly nodeIp: string
  /** 0: any free port. */
  readonly nodePort: number
  readonly appendBytesMax: number
  readonly logLevel: (typeof LOG_LEVELS)[number]
  readonly keepAlive: KeepAlive
  /** End when stdin ends: the parent is gone. */
  readonly exitWithParent: boolean
}

/** What was asked for on the command line or in the environment cannot be done. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'UsageError'
  }
}

export const USAGE = `Usage: event-store-node --db <folder> [options]

  --db <folder>              data folder                            EVENTSTORE_DB
  --mem-db                   keep nothing after the end             EVENTSTORE_MEM_DB
  --node-ip <address>        address to listen on (127.0.0.1)       EVENTSTORE_NODE_IP
  --node-port <port>         port to listen on, 0: any free (2113)  EVENTSTORE_NODE_PORT
  --max-append-size <bytes>  limit of one append (1048576)          EVENTSTORE_MAX_APPEND_SIZE
  --log-level <level>        fatal, error, warn, info, debug        EVENTSTORE_LOG_LEVEL
  --exit-with-parent         end when standard input ends
  --help                     this text
`

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug'] as const
/** gRPC messages end at 17 MiB here; an append must fit into one. */
const APPEND_BYTES_MAX = 16 * 1_048_576

const whole = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, 'must be a whole number')
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be between ${min} and ${max}`)

const settings = z.object({
  db: z.string().min(1, 'must not be empty').optional(),
  'mem-db': z.stringbool().default(false),
  'node-ip': z.union([z.ipv4(), z.ipv6()], 'must be an IP address').default('127.0.0.1'),
  'node-port': whole(0, 65_535).default(2_113),
  'max-append-size': whole(1, APPEND_BYTES_MAX).default(1_048_576),
  'log-level': z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).default('info'),
})

const FROM_ENVIRONMENT = [
  'db',
  'mem-db',
  'node-ip',
  'node-port',
  'max-append-size',
  'log-level',
] as const

/**
 * Reads the options: flags first, then the environment. 'help' when that was asked for.
 * Throws `UsageError` naming the option and the rule.
 */
export function parseOptions(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): NodeOptions | 'help' {
  const { help, 'exit-with-parent': exitWithParent = false, ...flags } = parseFlags(args)
  if (help === true) return 'help'
  const given = { ...fromEnvironment(environment), ...asStrings(flags) }
  const result = settings.safeParse(given)
  if (!result.success) throw new UsageError(describe(result.error))
  const { db, 'mem-db': memDb, ...rest } = result.data
  if (memDb && 'db' in flags) throw new UsageError('--db and --mem-db exclude each other')
  if (!memDb && db === undefined) throw new UsageError('--db is required (or --mem-db)')
  return {
    db: memDb ? undefined : db,
    nodeIp: rest['node-ip'],
    nodePort: rest['node-port'],
    appendBytesMax: rest['max-append-size'],
    logLevel: rest['log-level'],
    keepAlive: { intervalMs: 10_000, timeoutMs: 10_000 },
    exitWithParent,
  }
}

function parseFlags(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: false,
      options: {
        db: { type: 'string' },
        'mem-db': { type: 'boolean' },
        'node-ip': { type: 'string' },
        'node-port': { type: 'string' },
        'max-append-size': { type: 'string' },
        'log-level': { type: 'string' },
        'exit-with-parent': { type: 'boolean' },
        help: { type: 'boolean' },
      },
    })
    return values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

function fromEnvironment(environment: Readonly<Record<string, string | undefined>>) {
  const entries = FROM_ENVIRONMENT.map((name) => [name, environment[variableOf(name)]] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

function asStrings(flags: Readonly<Record<string, string | boolean | undefined>>) {
  return Object.fromEntries(Object.entries(flags).map(([name, value]) => [name, String(value)]))
}

function variableOf(option: string): string {
  return `EVENTSTORE_${option.replaceAll('-', '_').toUpperCase()}`
}

function describe(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => `--${path.join('.')} ${message}`).join('; ')
}
