import { parseArgs } from 'node:util'
import { OPTION_NAMES, type OptionName } from './option-rules.ts'
import { OPTION_TEXTS, variableOf } from './option-texts.ts'
import { UsageError } from './usage-error.ts'

/** An option as it was given, and how that place names it. */
export interface Given {
  readonly value: string
  readonly label: string
}

export type GivenOptions = ReadonlyMap<OptionName, Given>
export type Environment = Readonly<Record<string, string | undefined>>

const PREFIX = 'EVENTSTORE_'
/** Where the programs that use the node find it; none of its own options. */
const NOT_OURS = new Set(['EVENTSTORE_URL'])
const FLAGS = OPTION_NAMES.filter((name) => OPTION_TEXTS[name].value === undefined)
const FLAG_WITHOUT_VALUE = new RegExp(`^--(?:${FLAGS.join('|')})$`)

/** The options on the command line. Throws `UsageError` for an unknown one. */
export function fromFlags(args: readonly string[]): GivenOptions {
  const types = OPTION_NAMES.map((name) => [name, { type: 'string' }] as const)
  try {
    const { values } = parseArgs({
      args: args.map((arg) => (FLAG_WITHOUT_VALUE.test(arg) ? `${arg}=true` : arg)),
      strict: true,
      allowPositionals: false,
      options: Object.fromEntries(types),
    })
    return given(
      (name) => asText(values[name]),
      (name) => `--${name}`,
    )
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

export function fromEnvironment(environment: Environment): GivenOptions {
  return given((name) => environment[variableOf(name)], variableOf)
}

/** Variables that look like options but are none: most likely misspelt. */
export function unknownVariables(environment: Environment): string[] {
  const known = new Set(OPTION_NAMES.map(variableOf))
  return Object.keys(environment)
    .filter((name) => name.startsWith(PREFIX) && !known.has(name) && !NOT_OURS.has(name))
    .sort()
}

function given(
  valueOf: (name: OptionName) => string | undefined,
  labelOf: (name: OptionName) => string,
): GivenOptions {
  const options = new Map<OptionName, Given>()
  for (const name of OPTION_NAMES) {
    const value = valueOf(name)
    if (value !== undefined) options.set(name, { value, label: labelOf(name) })
  }
  return options
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
