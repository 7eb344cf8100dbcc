import { readFileSync, statSync } from 'node:fs'
import { parse } from 'yaml'
import { OPTION_NAMES, type OptionName } from './option-rules.ts'
import type { Given, GivenOptions } from './option-sources.ts'
import { fileKeyOf } from './option-texts.ts'
import { UsageError } from './usage-error.ts'

/** The options of a file. */
export interface ConfigFile {
  readonly options: GivenOptions
  readonly unknownKeys: readonly string[]
}

const FILE_BYTES_MAX = 1_048_576
const BY_KEY = new Map(OPTION_NAMES.map((name) => [plain(fileKeyOf(name)), name]))

/**
 * Reads a YAML file of options, `MaxAppendSize: 1048576`, whatever their case. Throws `UsageError`
 * when it cannot be read, is no mapping of names to plain values, or names an option twice.
 */
export function readConfigFile(path: string): ConfigFile {
  const options = new Map<OptionName, Given>()
  const unknownKeys: string[] = []
  for (const [key, value] of Object.entries(parseFile(path))) {
    const name = BY_KEY.get(plain(key))
    if (name === undefined) {
      unknownKeys.push(key)
      continue
    }
    const label = `${key} in ${path}`
    if (options.has(name)) throw new UsageError(`${label} is there twice`)
    options.set(name, { value: textOf(value, label), label })
  }
  return { options, unknownKeys }
}

function parseFile(path: string): Record<string, unknown> {
  let content: unknown
  try {
    if (statSync(path).size > FILE_BYTES_MAX) throw new Error(`exceeds ${FILE_BYTES_MAX} bytes`)
    content = parse(readFileSync(path, 'utf8'))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new UsageError(`--config: ${path} cannot be read: ${reason}`)
  }
  if (content === null) return {}
  if (typeof content !== 'object' || Array.isArray(content)) {
    throw new UsageError(`--config: ${path} must hold options, one "Name: value" a line`)
  }
  return content as Record<string, unknown>
}

function textOf(value: unknown, label: string): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw new UsageError(`${label} must be a text, a number, true or false`)
}

function plain(key: string): string {
  return key.replaceAll(/[-_]/g, '').toLowerCase()
}
