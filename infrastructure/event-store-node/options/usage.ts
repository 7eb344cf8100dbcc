import { OPTION_NAMES, type OptionName } from './option-rules.ts'
import { OPTION_TEXTS, variableOf } from './option-texts.ts'

const FLAG_COLUMNS = 52

/** What the program prints when asked for help. */
export const USAGE = `Usage: event-store-node --db <folder> [options]
       event-store-node users set|enable|disable|remove|list --help

${OPTION_NAMES.map(lineOf).join('')}
The environment says the same as EVENTSTORE_DB and so on, a file (--config) as Db: and so on. Flags win
over the environment, the environment over the file.
`

function lineOf(name: OptionName): string {
  const { value, text, isFromEnvironmentAlone } = OPTION_TEXTS[name]
  const flag = value === undefined ? `--${name}` : `--${name} <${value}>`
  const head = isFromEnvironmentAlone === true ? variableOf(name) : flag
  return `  ${head.padEnd(FLAG_COLUMNS)}${text}\n`
}
