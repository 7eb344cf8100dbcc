import { z } from 'zod'

/** Levels of the log, by EventStoreDB's names and by those of the log lines. */
const LOG_LEVELS = {
  verbose: 'trace',
  trace: 'trace',
  debug: 'debug',
  information: 'info',
  info: 'info',
  default: 'info',
  warning: 'warn',
  warn: 'warn',
  error: 'error',
  fatal: 'fatal',
} as const

const LOG_LEVEL_NAMES = ['Verbose', 'Debug', 'Information', 'Warning', 'Error', 'Fatal'].join(', ')

/** gRPC messages end at 17 MiB here; an append must fit into one. */
const APPEND_BYTES_MAX = 16 * 1_048_576
const KEEP_ALIVE_MS_MAX = 3_600_000

const whole = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, 'must be a whole number')
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be between ${min} and ${max}`)

const isTrue = z.stringbool('must be true or false').default(false)
const nonEmpty = z.string().min(1, 'must not be empty')
const optional = nonEmpty.optional()
const port = whole(0, 65_535)

/** What each option may be, and what it is when it is not given. */
export const optionRules = z.object({
  db: optional,
  'mem-db': isTrue,
  'node-ip': z.union([z.ipv4(), z.ipv6()], 'must be an IP address').default('127.0.0.1'),
  'node-port': port.default(2_113),
  'advertise-host-to-client-as': optional,
  'advertise-node-port-to-client-as': port.default(0),
  insecure: isTrue,
  'certificate-file': optional,
  'certificate-private-key-file': optional,
  'certificate-password': optional,
  'certificate-private-key-password': optional,
  'trusted-root-certificates-path': optional,
  'users-file': optional,
  'default-admin-password': optional,
  'default-ops-password': optional,
  'allow-anonymous-stream-access': isTrue,
  'allow-anonymous-endpoint-access': isTrue,
  'override-anonymous-endpoint-access-for-gossip': z
    .stringbool('must be true or false')
    .default(true),
  'max-append-size': whole(1, APPEND_BYTES_MAX).default(1_048_576),
  'keep-alive-interval': whole(1, KEEP_ALIVE_MS_MAX).default(10_000),
  'keep-alive-timeout': whole(1, KEEP_ALIVE_MS_MAX).default(10_000),
  'log-level': z
    .string()
    .refine(isLogLevel, `must be one of ${LOG_LEVEL_NAMES}`)
    .transform((name) => LOG_LEVELS[name.toLowerCase() as keyof typeof LOG_LEVELS])
    .default('info'),
  'exit-with-parent': isTrue,
  config: optional,
  'allow-unknown-options': isTrue,
  'what-if': isTrue,
  help: isTrue,
  version: isTrue,
})

export type OptionName = keyof typeof optionRules.shape
export type OptionValues = z.output<typeof optionRules>

export const OPTION_NAMES = Object.keys(optionRules.shape) as OptionName[]

function isLogLevel(name: string): boolean {
  return Object.hasOwn(LOG_LEVELS, name.toLowerCase())
}
