import type { EffectiveOptions } from './effective-options.ts'
import type { OptionValues } from './option-rules.ts'
import type { GivenOptions } from './option-sources.ts'
import { type Security, securityOf } from './security.ts'
import { UsageError } from './usage-error.ts'

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
  /** What gossip tells clients, where that is not the address and port listened on. */
  readonly advertiseHost: string | undefined
  readonly advertisePort: number | undefined
  readonly security: Security
  readonly appendBytesMax: number
  readonly keepAlive: KeepAlive
  readonly logLevel: OptionValues['log-level']
  /** End when stdin ends: the parent is gone. */
  readonly exitWithParent: boolean
}

/** What the options mean together. Throws `UsageError` when they contradict each other. */
export function nodeOptions({ values, given }: EffectiveOptions, flags: GivenOptions): NodeOptions {
  const { db, 'mem-db': memDb } = values
  if (memDb && flags.has('db')) throw new UsageError('--db and --mem-db exclude each other')
  if (!memDb && db === undefined) throw new UsageError('--db is required (or --mem-db)')
  return {
    db: memDb ? undefined : db,
    nodeIp: values['node-ip'],
    nodePort: values['node-port'],
    advertiseHost: values['advertise-host-to-client-as'],
    advertisePort: values['advertise-node-port-to-client-as'] || undefined,
    security: securityOf(values, given),
    appendBytesMax: values['max-append-size'],
    keepAlive: {
      intervalMs: values['keep-alive-interval'],
      timeoutMs: values['keep-alive-timeout'],
    },
    logLevel: values['log-level'],
    exitWithParent: values['exit-with-parent'],
  }
}
