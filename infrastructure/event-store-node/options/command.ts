import { SERVER_VERSION } from '../services/server-version.ts'
import { readConfigFile } from './config-file.ts'
import { describeOptions, effectiveOptions, refuseSecrets } from './effective-options.ts'
import { type NodeOptions, nodeOptions } from './node-options.ts'
import { type Environment, fromEnvironment, fromFlags, unknownVariables } from './option-sources.ts'
import { isLoopback } from './security.ts'
import { USAGE } from './usage.ts'
import { UsageError } from './usage-error.ts'

/** What the program is to do. */
export type Command =
  | { readonly kind: 'print'; readonly text: string }
  | { readonly kind: 'serve'; readonly options: NodeOptions; readonly warnings: readonly string[] }

/**
 * Reads what is asked for: by flags, else by the environment, else by the file that one of these
 * names. Throws `UsageError` naming the option, where it came from, and the rule.
 */
export function parseCommand(args: readonly string[], environment: Environment): Command {
  const flags = fromFlags(args)
  if (flags.get('help')?.value === 'true') return print(USAGE)
  if (flags.get('version')?.value === 'true')
    return print(`EventStoreDB protocol ${SERVER_VERSION}\n`)
  const variables = fromEnvironment(environment)
  const path = (flags.get('config') ?? variables.get('config'))?.value
  const file = path === undefined ? undefined : readConfigFile(path)
  const fromFile = file?.options ?? new Map()
  refuseSecrets(flags, fromFile)
  const effective = effectiveOptions([flags, variables, fromFile])
  const unknownKeys = file?.unknownKeys ?? []
  if (unknownKeys.length > 0 && !effective.values['allow-unknown-options']) {
    throw new UsageError(`unknown options in ${path}: ${unknownKeys.join(', ')}`)
  }
  const options = nodeOptions(effective, flags)
  if (effective.values['what-if']) return print(describeOptions(effective))
  const unknown = [...unknownVariables(environment), ...unknownKeys]
  const warnings = unknown.map((name) => `${name} is no option`)
  return { kind: 'serve', options, warnings: [...warnings, ...dangersOf(options)] }
}

function dangersOf({ security, nodeIp }: NodeOptions): string[] {
  if (security.kind === 'secure' || isLoopback(nodeIp)) return []
  return [`insecure: everybody who reaches ${nodeIp} may read, write and delete everything`]
}

function print(text: string): Command {
  return { kind: 'print', text }
}
