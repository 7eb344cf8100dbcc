import { describe, expect, it } from 'vitest'
import { type AccountCommand, type RejectionCode, rejectionCodes } from '../../../domain/index.ts'
import { type Circumstances, history, PlayedAccount } from '../../support/given-when-then.ts'
import {
  bet,
  cancelWithdrawal,
  closeSession,
  deposit,
  endRound,
  openSession,
  registration,
  rollback,
  usd,
  win,
  withdrawal,
} from './commands.ts'

interface Case {
  readonly given: readonly AccountCommand[]
  readonly when: AccountCommand
  readonly circumstances?: Circumstances
}

const seated = [registration(), deposit('d1', 1_000n), openSession()]
const staked = [...seated, bet('b1', 1n)]
const many = (count: number, command: (id: string) => AccountCommand) =>
  Array.from({ length: count }, (_, nth) => command(`n${nth}`))

/** How each refusal comes about. */
const cases: Readonly<Record<RejectionCode, Case>> = {
  PLAYER_NOT_FOUND: { given: [], when: deposit('d1', 1n) },
  PLAYER_ALREADY_REGISTERED: { given: [registration()], when: registration('again') },
  CURRENCY_MISMATCH: { given: seated, when: deposit('d2', usd(1n)) },
  INSUFFICIENT_FUNDS: { given: seated, when: bet('b1', 1_001n) },
  SESSION_NOT_OPEN: { given: [...seated, closeSession('c1')], when: bet('b1', 1n) },
  TOO_MANY_OPEN_SESSIONS: { given: [...seated, ...many(49, openSession)], when: openSession('s2') },
  TOO_MANY_OPEN_ROUNDS: {
    given: [...seated, ...many(200, (id) => bet(id, 1n, { round: id }))],
    when: bet('b1', 1n),
  },
  TOO_MANY_BETS_IN_ROUND: {
    given: [...seated, ...many(500, (id) => bet(id, 1n))],
    when: bet('b1', 1n),
  },
  TOO_MANY_PENDING_WITHDRAWALS: {
    given: [...seated, ...many(50, (id) => withdrawal(id, 1n))],
    when: withdrawal('w1', 1n),
  },
  ROUND_NOT_FOUND: { given: seated, when: win('w1', 1n) },
  ROUND_CLOSED: { given: [...staked, endRound('e1')], when: win('w1', 1n) },
  ROUND_OF_ANOTHER_GAME: {
    given: [...staked, openSession('s2', { game: 'roulette' })],
    when: bet('b2', 1n, { session: 's2' }),
  },
  TRANSACTION_CONFLICT: { given: staked, when: bet('b1', 2n) },
  BET_TOMBSTONED: { given: [...seated, rollback('x1', 'b1')], when: bet('b1', 1n) },
  BET_ROLLED_BACK: { given: [...staked, rollback('x1', 'b1')], when: bet('b1', 1n) },
  BET_SETTLED: { given: [...staked, win('w1', 1n)], when: rollback('x1', 'b1') },
  NOT_A_BET: { given: [...staked, win('w1', 1n)], when: rollback('x1', 'w1') },
  WITHDRAWAL_NOT_PENDING: { given: seated, when: cancelWithdrawal('c1', 'w1') },
  WITHDRAWAL_NOT_CANCELLABLE: {
    given: [...seated, withdrawal('w1', 1n)],
    when: cancelWithdrawal('c1', 'w1'),
    circumstances: { playerMayCancel: false },
  },
}

describe('every rejection code', () => {
  it.each(Object.entries(rejectionCodes))('%s has a case, and explains itself', (code, kind) => {
    const example = Object.hasOwn(cases, code) ? cases[code as RejectionCode] : undefined
    expect(example, `no case for ${code}`).toBeDefined()
    if (example === undefined) return
    const played = new PlayedAccount(history(...example.given))
    expect(played.decide(example.when, example.circumstances)).toMatchObject({ code, ...kind })
  })
})
