import { fc } from '@fast-check/vitest'
import type { AccountCommand } from '../../../domain/index.ts'
import {
  bet,
  cancelWithdrawal,
  closeSession,
  deposit,
  endRound,
  eur,
  openSession,
  registration,
  rollback,
  settleWithdrawal,
  usd,
  win,
  withdrawal,
} from './commands.ts'

/**
 * What providers, gateways and players may send to one account, in any order. Ids come from small
 * pools, so that the same id comes again with the same and with other content, rounds are shared and
 * closed under their players' feet, and rollbacks meet bets that are open, settled, to come or none.
 */

const idFrom = (prefix: string, count: number) =>
  fc.nat({ max: count - 1 }).map((nth) => `${prefix}${nth}`)

const play = fc
  .tuple(
    fc.constantFrom('acme', 'acme', 'acme', 'acme', 'rival'),
    fc.constantFrom('s0', 's0', 's1', 's1', 's1', 's2', 's3'),
    idFrom('r', 8),
    fc.constantFrom('slot', 'slot', 'roulette'),
  )
  .map(([provider, session, round, game]) => ({ provider, session, round, game }))

const amount = fc
  .tuple(
    fc.oneof(
      { weight: 4, arbitrary: fc.bigInt({ min: 1n, max: 200n }) },
      { weight: 1, arbitrary: fc.bigInt({ min: 200n, max: 3_000n }) },
    ),
    fc.nat({ max: 30 }),
  )
  .map(([minor, dice]) => (dice === 0 ? usd(minor) : eur(minor)))

const betId = idFrom('b', 60)
const someonesId = fc.oneof(
  { weight: 20, arbitrary: betId },
  { weight: 1, arbitrary: idFrom('w', 60) },
  { weight: 1, arbitrary: idFrom('x', 60) },
)
const cancelReason = fc.constantFrom('PLAYER_REQUEST', 'GATEWAY_FAILED', 'OPERATOR_DECISION')

const anyCommand: fc.Arbitrary<AccountCommand> = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(idFrom('d', 60), amount).map((of) => deposit(...of)) },
  { weight: 2, arbitrary: fc.tuple(idFrom('s', 4), play).map((of) => openSession(...of)) },
  { weight: 1, arbitrary: fc.tuple(idFrom('c', 9), play).map((of) => closeSession(...of)) },
  { weight: 30, arbitrary: fc.tuple(betId, amount, play).map((of) => bet(...of)) },
  {
    weight: 8,
    arbitrary: fc
      .tuple(fc.oneof(idFrom('w', 60), someonesId), amount, play, fc.boolean())
      .map(([id, won, place, endsRound]) => win(id, won, { ...place, endsRound })),
  },
  { weight: 2, arbitrary: fc.tuple(idFrom('e', 9), play).map((of) => endRound(...of)) },
  {
    weight: 16,
    arbitrary: fc.tuple(idFrom('x', 60), someonesId, play).map((of) => rollback(...of)),
  },
  { weight: 1, arbitrary: fc.tuple(someonesId, someonesId, play).map((of) => rollback(...of)) },
  { weight: 3, arbitrary: fc.tuple(idFrom('o', 9), amount).map((of) => withdrawal(...of)) },
  {
    weight: 3,
    arbitrary: fc.tuple(idFrom('p', 20), idFrom('o', 9)).map((of) => settleWithdrawal(...of)),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.oneof(idFrom('q', 9), idFrom('o', 9)), idFrom('o', 9), cancelReason)
      .map((of) => cancelWithdrawal(...of)),
  },
)

/** So many other transactions that the account forgets the details of all that came before. */
const meanwhile = fc.nat().map((nth) => {
  const others = Array.from({ length: 150 }, (_, other) => `m${nth % 1_000}-${other}`)
  return others.map((id) => deposit(id, 1n))
})

type Move = readonly AccountCommand[] | { readonly again: number }

const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 80, arbitrary: anyCommand.map((command) => [command]) },
  { weight: 12, arbitrary: fc.nat().map((again) => ({ again })) },
  { weight: 1, arbitrary: meanwhile },
)

/** Commands to one account, most often registered first, a part of them repetitions. */
export const randomPlay: fc.Arbitrary<readonly AccountCommand[]> = fc
  .tuple(fc.nat({ max: 20 }), fc.array(move, { maxLength: 150, size: 'max' }))
  .map(([dice, moves]) => commandsOf(dice === 0 ? [] : opening, moves))

const opening = [
  registration(),
  deposit('d0', 2_000n),
  openSession('s0'),
  openSession('s1'),
  openSession('s2', { game: 'roulette' }),
  openSession('s0', { provider: 'rival' }),
]

function commandsOf(
  start: readonly AccountCommand[],
  moves: readonly Move[],
): readonly AccountCommand[] {
  const commands = [...start]
  for (const next of moves) {
    const repeated =
      'again' in next ? commands[next.again % Math.max(commands.length, 1)] : undefined
    if (!('again' in next)) commands.push(...next)
    else if (repeated !== undefined) commands.push(repeated)
  }
  return commands
}
