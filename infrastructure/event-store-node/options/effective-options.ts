import { OPTION_NAMES, type OptionName, optionRules, type OptionValues } from './option-rules.ts'
import type { Given, GivenOptions } from './option-sources.ts'
import { OPTION_TEXTS } from './option-texts.ts'
import { UsageError } from './usage-error.ts'

/** What all sources together say. */
export interface EffectiveOptions {
  readonly values: OptionValues
  readonly given: GivenOptions
}

/**
 * The options of several sources, the strongest first. Throws `UsageError` that names each bad
 * value, where it came from and the rule.
 */
export function effectiveOptions(sources: readonly GivenOptions[]): EffectiveOptions {
  const given = new Map<OptionName, Given>()
  for (const source of sources.toReversed()) {
    for (const [name, option] of source) given.set(name, option)
  }
  const texts = Object.fromEntries([...given].map(([name, { value }]) => [name, value]))
  const result = optionRules.safeParse(texts)
  if (result.success) return { values: result.data, given }
  const flaws = result.error.issues.map(({ path, message }) => {
    const name = path[0] as OptionName
    return `${given.get(name)?.label ?? `--${name}`} ${message}`
  })
  throw new UsageError(flaws.join('; '))
}

/** Throws `UsageError` when a source that others can read holds a secret. */
export function refuseSecrets(...sources: readonly GivenOptions[]): void {
  for (const source of sources) {
    for (const [name, { label }] of source) {
      if (OPTION_TEXTS[name].isFromEnvironmentAlone !== true) continue
      throw new UsageError(`${label} can be read by others: use the environment`)
    }
  }
}

/** The options as they would be, one a line, with where each came from; no secrets. */
export function describeOptions({ values, given }: EffectiveOptions): string {
  const lines = OPTION_NAMES.map((name) => {
    const value = OPTION_TEXTS[name].isSecret === true ? '****' : String(values[name])
    const shown = values[name] === undefined ? '' : value
    return `${name.padEnd(48)}${shown.padEnd(24)}  ${given.get(name)?.label ?? '(default)'}\n`
  })
  return lines.join('')
}
