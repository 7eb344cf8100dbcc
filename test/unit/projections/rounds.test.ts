import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import type { AccountCommand } from '../../../domain/index.ts'
import { foldRounds } from '../../../projections/game-history.ts'
import type { Round } from '../../../projections/round-fold.ts'
import {
  asProjected,
  eventsOf,
  inBatches,
  projectedHistory,
} from '../../support/projected-events.ts'
import {
  bet,
  closeSession,
  deposit,
  endRound,
  openSession,
  registration,
  rollback,
  sessionIdOf,
  win,
} from '../domain/commands.ts'
import { randomPlay } from '../domain/random-play.ts'

const opening = [registration(), deposit('d1', 1_000n), openSession('s1')]

/** The one round that the commands play. */
function roundAfter(...commands: readonly AccountCommand[]): Round | undefined {
  const rounds = foldRounds([], projectedHistory(...opening, ...commands))
  expect(rounds).toHaveLength(1)
  return rounds[0]
}

test('a round with a bet is in progress', () => {
  expect(roundAfter(bet('b1', 10n), bet('b2', 5n))).toMatchObject({
    status: 'in progress',
    ended: false,
    staked: 15n,
    won: 0n,
    bet_count: 2,
    win_count: 0,
    balance_at_start: 1_000n,
    balance_at_end: 985n,
    ended_at: null,
    first_position: 30n,
    last_position: 40n,
    last_revision: 4n,
  })
})

test('an ended round is complete, with what was staked and won', () => {
  const round = roundAfter(bet('b1', 10n), win('w1', 4n), win('w2', 3n, { endsRound: true }))
  expect(round).toMatchObject({
    status: 'complete',
    ended: true,
    staked: 10n,
    won: 7n,
    win_count: 2,
    balance_at_end: 997n,
    started_at: '2026-01-01T00:00:03.000Z',
    last_at: '2026-01-01T00:00:06.000Z',
    ended_at: '2026-01-01T00:00:06.000Z',
  })
})

test('a round that ends without a win is complete', () => {
  const round = roundAfter(bet('b1', 10n), endRound('e1'))
  expect(round).toMatchObject({ status: 'complete', ended: true, won: 0n })
})

test('a round is cancelled when no bet stands any more, and not before', () => {
  const two = [bet('b1', 10n), bet('b2', 5n), rollback('x1', 'b1')]
  expect(roundAfter(...two)).toMatchObject({ status: 'in progress', staked: 5n, bet_count: 1 })
  expect(roundAfter(...two, rollback('x2', 'b2'))).toMatchObject({
    status: 'cancelled',
    ended: false,
    staked: 0n,
    bet_count: 0,
    balance_at_end: 1_000n,
    ended_at: '2026-01-01T00:00:06.000Z',
  })
})

test('a further bet opens a cancelled round again', () => {
  const round = roundAfter(bet('b1', 10n), rollback('x1', 'b1'), bet('b2', 7n))
  expect(round).toMatchObject({
    status: 'in progress',
    ended: false,
    staked: 7n,
    bet_count: 1,
    ended_at: null,
    started_at: '2026-01-01T00:00:03.000Z',
  })
})

test('a closed session interrupts its open rounds, and a further bet resumes them', () => {
  const interrupted = [bet('b1', 10n), closeSession('c1')]
  expect(roundAfter(...interrupted)).toMatchObject({ status: 'interrupted', ended: false })
  const resumed = roundAfter(...interrupted, openSession('s2'), bet('b2', 5n, { session: 's2' }))
  expect(resumed).toMatchObject({
    status: 'in progress',
    staked: 15n,
    session_id: sessionIdOf('s2'),
  })
})

test('an interrupted round may be won, ended or rolled back', () => {
  const interrupted = [bet('b1', 10n), closeSession('c1')]
  expect(roundAfter(...interrupted, win('w1', 4n))).toMatchObject({
    status: 'interrupted',
    won: 4n,
  })
  expect(roundAfter(...interrupted, endRound('e1'))).toMatchObject({ status: 'complete' })
  expect(roundAfter(...interrupted, rollback('x1', 'b1'))).toMatchObject({ status: 'cancelled' })
})

test('rounds of the same id at two providers are two rounds', () => {
  const events = projectedHistory(
    ...opening,
    openSession('s2', { provider: 'rival' }),
    bet('b1', 10n),
    bet('b2', 5n, { provider: 'rival', session: 's2' }),
  )
  expect(foldRounds([], events).map(({ provider, staked }) => [provider, staked])).toEqual([
    ['acme', 10n],
    ['rival', 5n],
  ])
})

test('an event that no round can have is refused', () => {
  const events = projectedHistory(...opening, bet('b1', 10n), win('w1', 5n))
  expect(() => foldRounds([], events.slice(4))).toThrow('WinCredited in a round without a bet')
  const ended = projectedHistory(...opening, bet('b1', 10n), endRound('e1'))
  const [again] = ended.slice(3)
  if (again === undefined) throw new Error('there is a bet')
  expect(() => foldRounds([], [...ended, again])).toThrow('a bet in a round that has ended')
})

property.prop(
  [randomPlay, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 })],
  { numRuns: 40 },
)('rounds do not depend on how events are cut into batches', (commands, lengths) => {
  const events = asProjected(eventsOf(commands))
  let rounds: readonly Round[] = []
  for (const batch of inBatches(events, lengths)) rounds = foldRounds(rounds, batch)
  expect(rounds).toEqual(foldRounds([], events))
})
