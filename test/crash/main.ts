import { parseArgs } from 'node:util'
import { crashRun } from './crash-run.ts'
import { inWords } from './report.ts'

const USAGE = 'usage: npm run test:crash -- [--kills <number>] [--seed <number>] [--json]\n'
const DEFAULT_KILLS = 50

await main()

/** The program. Exit codes: 0 nothing was lost, 1 something was or the run failed, 2 bad usage. */
async function main(): Promise<void> {
  const options = readOptions()
  if (options === undefined) {
    process.stderr.write(USAGE)
    process.exitCode = 2
    return
  }
  const { kills, seed, json } = options
  const report = await crashRun({
    kills,
    seed,
    say: (text) => {
      process.stderr.write(`${text}\n`)
    },
  })
  process.stdout.write(`${json ? JSON.stringify(report) : inWords(report)}\n`)
  process.exitCode = report.ok ? 0 : 1
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: { kills: { type: 'string' }, seed: { type: 'string' }, json: { type: 'boolean' } },
    })
    const kills = wholeNumber(values.kills ?? String(DEFAULT_KILLS))
    const seed = wholeNumber(values.seed ?? String(Date.now() % 1_000_000))
    return kills > 0 ? { kills, seed, json: values.json === true } : undefined
  } catch {
    return undefined
  }
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new TypeError(`'${text}' is not a whole number`)
  return Number(text)
}
