import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { runBench } from '../../support/bench-program.ts'

/**
 * The quick form of each bench, from end to end: it prints what it must, its counts add up, and it
 * leaves nothing behind. How fast anything was is no concern here.
 */

const loadAverage = z.array(z.number()).length(3)
const report = z.strictObject({
  bench: z.string(),
  quick: z.literal(true),
  machine: z.strictObject({
    cpu: z.string(),
    cores: z.int().positive(),
    memoryGiB: z.number().positive(),
    node: z.string(),
    platform: z.string(),
    loadAverage: z.strictObject({ start: loadAverage, end: loadAverage }),
  }),
  figures: z.record(z.string(), z.unknown()),
  bars: z.array(
    z.strictObject({ name: z.string(), value: z.number().positive(), atLeast: z.number() }),
  ),
})

const rate = z.object({ median: z.number().positive(), spread: z.number().nonnegative() })
const percentiles = { p50Ms: z.number().positive(), p99Ms: z.number().positive() }

async function quick(name: string) {
  const { exitCode, stdout, stderr, left } = await runBench([name, '--quick', '--json'])
  if (exitCode !== 0) throw new Error(`${name} ended with ${exitCode}: ${stderr}`)
  expect(left).toEqual([])
  const line = stdout.trimEnd().split('\n').at(-1) ?? ''
  return report.parse(JSON.parse(line))
}

function limitsOf(bars: z.infer<typeof report>['bars']) {
  return Object.fromEntries(bars.map(({ name, atLeast }) => [name, atLeast]))
}

describe('quick runs', { timeout: 180_000 }, () => {
  test('append compares clients at 1, 32 and 256 in flight, and stores what it sent', async () => {
    const { bench, figures, bars } = await quick('append')
    expect(bench).toBe('append')
    expect(limitsOf(bars)).toEqual({
      'append.256.ratioToOfficial': 4,
      'append.256.ratioToNull': 0.5,
    })
    const client = z.object({ eventsPerSecond: rate, ...percentiles })
    const single = z.object({
      official: client,
      ours: client,
      oursToNull: client,
      ratioToOfficial: z.number().positive(),
      ratioToNull: z.number().positive(),
    })
    const { singles, sweep, events } = z
      .object({
        singles: z.strictObject({ 1: single, 32: single, 256: single }),
        sweep: z.object({ byEventsPerAppend: z.record(z.string(), z.unknown()) }),
        events: z.object({ sent: z.int().positive(), stored: z.int() }),
      })
      .parse(figures)
    expect(bars.map(({ value }) => value)).toEqual([
      singles[256].ratioToOfficial,
      singles[256].ratioToNull,
    ])
    expect(Object.keys(sweep.byEventsPerAppend)).toEqual(['1', '10', '50', '200', '1000'])
    expect(events.stored).toBe(events.sent)
  })

  test('read compares reads and subscriptions, parsed and left', async () => {
    const { figures, bars } = await quick('read')
    expect(limitsOf(bars)).toEqual({ 'read.ratioToOfficial': 2, 'read.eventsPerSecond': 40_000 })
    const { events, eventsPerSecond, ratioToOfficial } = z
      .object({
        events: z.int(),
        eventsPerSecond: z.record(z.string(), rate),
        ratioToOfficial: z.number(),
      })
      .parse(figures)
    expect(events).toBe(5_000)
    const parsed = eventsPerSecond['oursReadParsed']?.median
    expect(bars.map(({ value }) => value)).toEqual([ratioToOfficial, parsed])
    expect(Object.keys(eventsPerSecond)).toHaveLength(5)
  })

  test('bets compares the ledger with SQL and plain appends, and every bet took effect once', async () => {
    const { figures, bars } = await quick('bets')
    expect(limitsOf(bars)).toEqual({ 'bets.ratioToSql': 8, 'bets.ratioToAppend': 0.5 })
    const bets = z.object({ acknowledged: z.int().positive(), stored: z.int() })
    const load = z.object({ perSecond: rate, ...percentiles })
    const ledger = load.extend({ appendsPerBet: z.number(), readsPerBet: z.number() })
    const parsed = z
      .object({
        ledger,
        ledgerTenthSentTwice: ledger,
        sql: load,
        plainAppends: load,
        ledgerBets: bets,
        sqlBets: bets,
      })
      .parse(figures)
    // Bets that wait for the same account together share an append; never does a bet need two.
    expect(parsed.ledger.appendsPerBet).toBeGreaterThan(0.3)
    expect(parsed.ledger.appendsPerBet).toBeLessThanOrEqual(1)
    expect(parsed.ledgerBets.stored).toBe(parsed.ledgerBets.acknowledged)
    expect(parsed.sqlBets.stored).toBe(parsed.sqlBets.acknowledged)
  })

  test('Ctrl-C while Postgres is being started leaves no process and no folder', async () => {
    const run = await runBench(['bets', '--quick'], 'in Postgres')
    expect(run.left).toEqual([])
    expect(run.exitCode).toBe(130)
    expect(run.stdout).toBe('')
  })
})

test('an unknown bench is bad usage', async () => {
  const { exitCode, stderr } = await runBench(['no-such-bench'])
  expect(exitCode).toBe(2)
  expect(stderr).toContain('append, read, bets')
})
