import { inspect, parseArgs } from 'node:util'
import { pino } from 'pino'
import {
  type BenchOutcome,
  combine,
  describeBar,
  holds,
  inWords,
  jsonLine,
  observeMachine,
  Parts,
  type Report,
} from './harness/index.ts'
import { benches } from './registry.ts'

const EXIT = { ok: 0, failure: 1, usage: 2, interrupted: 130 } as const

const USAGE = `Usage: npm run bench -- NAME [--json] [--quick]

  NAME      ${[...Object.keys(benches), 'all'].join(', ')}
  --json    prints one JSON object as the last line instead of tables
  --quick   small counts, to try a bench out: its bars do not count

Exit code 0 when all bars hold, 1 when one does not, 2 for bad usage. See bench/README.md.
`

interface Wanted {
  readonly name: string
  readonly isJson: boolean
  readonly isQuick: boolean
}

process.exitCode = await main()

async function main(): Promise<number> {
  const wanted = readArguments()
  if (wanted === 'help') {
    process.stdout.write(USAGE)
    return EXIT.ok
  }
  if (wanted === undefined) {
    process.stderr.write(USAGE)
    return EXIT.usage
  }
  const logger = pino({ level: 'warn' }, pino.destination({ dest: 2, sync: true }))
  const parts = new Parts(logger)
  stopOnSignals(parts)
  try {
    return await runAndReport(wanted, parts)
  } catch (error) {
    say(inspect(error))
    return EXIT.failure
  } finally {
    await parts.stop()
  }
}

function readArguments(): Wanted | 'help' | undefined {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        quick: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    if (values.help) return 'help'
    const [name, ...more] = positionals
    if (name === undefined || more.length > 0) return undefined
    if (name !== 'all' && !Object.hasOwn(benches, name)) return undefined
    return { name, isJson: values.json, isQuick: values.quick }
  } catch (error) {
    say(error instanceof Error ? error.message : String(error))
    return undefined
  }
}

async function runAndReport({ name, isJson, isQuick }: Wanted, parts: Parts): Promise<number> {
  const machineNow = observeMachine()
  const outcome = name === 'all' ? await runAll(isQuick, parts) : await runOne(name, isQuick, parts)
  const { figures, bars } = outcome
  const report: Report = { bench: name, quick: isQuick, machine: machineNow(), figures, bars }
  process.stdout.write(isJson ? `${jsonLine(report)}\n` : inWords(report, outcome))

  const missed = isQuick ? [] : bars.filter((bar) => !holds(bar))
  for (const bar of missed) say(describeBar(bar))
  return missed.length === 0 ? EXIT.ok : EXIT.failure
}

async function runAll(isQuick: boolean, parts: Parts): Promise<BenchOutcome> {
  const outcomes: Record<string, BenchOutcome> = {}
  for (const name of Object.keys(benches)) outcomes[name] = await runOne(name, isQuick, parts)
  return combine(outcomes)
}

/** What a bench starts is stopped before the next one begins, so that none runs beside another. */
async function runOne(name: string, isQuick: boolean, parts: Parts): Promise<BenchOutcome> {
  const bench = await benches[name]?.()
  if (bench === undefined) throw new Error(`no bench ${name}`)
  const own = await parts.start(
    name,
    () => Promise.resolve(new Parts(parts.logger)),
    (own) => own.stop(),
  )
  try {
    return await bench.run({
      isQuick,
      parts: own,
      say: (text) => {
        say(`${name}: ${text}`)
      },
    })
  } finally {
    await own.stop()
  }
}

/** Ctrl-C leaves no process and no folder behind. */
function stopOnSignals(parts: Parts): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      say('stopping')
      void parts.stop().finally(() => process.exit(EXIT.interrupted))
    })
  }
}

function say(text: string): void {
  process.stderr.write(`${text}\n`)
}
