import {
  type Bench,
  type BenchContext,
  type BenchOutcome,
  inTurns,
  type LoadFigures,
} from '../harness/index.ts'
import { type Candidates, startCandidates } from './candidates.ts'
import { check } from './check.ts'
import type { BetFigures } from './ledger/ledger-worker.ts'
import { outcomeOf } from './outcome.ts'
import { fullSizes, IN_FLIGHT, quickSizes } from './sizes.ts'

/** Durable bets through the ledger, through a ledger in SQL, and plain appends of the same events. */
export const bench: Bench = { name: 'bets', run }

async function run(context: BenchContext): Promise<BenchOutcome> {
  const { isQuick, say } = context
  const sizes = isQuick ? quickSizes : fullSizes
  const candidates = await startCandidates(context, sizes)
  say('warming up')
  const warmUps = loads(candidates, sizes.warmUpMs)
  const results = await inTurns({
    candidates: loads(candidates, sizes.durationMs),
    rounds: sizes.rounds,
    settleMs: sizes.settleMs,
    warmUp: (name) => warmUps[name](),
    onRound: (round) => {
      say(`round ${round} of ${sizes.rounds}`)
    },
  })
  say('checking that every bet took effect once')
  return outcomeOf(results, await check(context, candidates, sizes.players))
}

// A type and not an interface, as only types fit records.
type Loads = {
  readonly ledger: () => Promise<BetFigures>
  readonly ledgerTwice: () => Promise<BetFigures>
  readonly sql: () => Promise<LoadFigures>
  readonly plain: () => Promise<LoadFigures>
}

function loads({ ledger, sql, plain }: Candidates, durationMs: number): Loads {
  const order = { inFlight: IN_FLIGHT, durationMs }
  return {
    ledger: () => ledger.run('placeOnce', order),
    ledgerTwice: () => ledger.run('placeWithRepetitions', order),
    sql: () => sql.run('place', order),
    plain: () => plain.run('append', order),
  }
}
