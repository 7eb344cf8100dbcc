import { fc } from '@fast-check/vitest'
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import { type AccountCommand, type AccountEvent, fold, postings } from '../../../domain/index.ts'
import { type Decision, idFrom, isAccepted, PlayedAccount } from '../../support/given-when-then.ts'
import { randomPlay } from './random-play.ts'
import { ReferenceModel } from './reference-model.ts'

function playedBy(commands: readonly AccountCommand[]): PlayedAccount {
  const played = new PlayedAccount()
  for (const command of commands) played.execute(command)
  return played
}

describe('after any commands in any order', () => {
  it('decisions, answers and balances are those of an independent model', () => {
    holdsAfter(randomPlay, (commands) => {
      const model = new ReferenceModel()
      const expected = commands.map((command) => {
        const outcome = model.send(command, idFrom(command.transaction))
        return `${outcome}, leaves ${model.cash} and ${model.held}`
      })
      const played = new PlayedAccount()
      const actual = commands.map((command) => {
        const outcome = outcomeOf(played.execute(command), played)
        const { cash, held } = played.account.balance
        return `${outcome}, leaves ${cash} and ${held}`
      })
      expect(actual).toStrictEqual(expected)
    })
  })

  it('the postings of every event sum to zero, and of all events to the balance', () => {
    holdsAfter(randomPlay, (commands) => {
      const { events, account } = playedBy(commands)
      expect(events.filter((event) => sumOf([event]) !== 0n)).toStrictEqual([])
      expect(sumOf(events, 'player:cash')).toBe(account.balance.cash)
      expect(sumOf(events, 'player:held')).toBe(account.balance.held)
    })
  })

  it('cash and held are never negative, and each event goes on where the last one stopped', () => {
    holdsAfter(randomPlay, (commands) => {
      const changes = playedBy(commands).events.flatMap(({ data }) =>
        'balance' in data ? [data.balance] : [],
      )
      const after = changes.map((change) => change.after)
      const before = changes.map((change) => change.before)
      expect(after.filter(({ cash, held }) => cash < 0n || held < 0n)).toStrictEqual([])
      expect(before).toStrictEqual([{ cash: 0n, held: 0n }, ...after].slice(0, before.length))
    })
  })

  it('a command sent twice at once has one effect, and the same answer', () => {
    holdsAfter(randomPlay, (commands) => {
      const played = new PlayedAccount()
      const differing = commands.filter((command) => {
        const first = played.execute(command)
        const { account } = played
        const second = played.execute(command)
        if (played.account !== account) return true
        if (!isAccepted(first)) return !isDeepStrictEqual(second, first)
        return !('replayed' in second) || second.replayed.balance !== account.balance
      })
      expect(differing).toStrictEqual([])
    })
  })

  it('repetitions of what was accepted change nothing, wherever they come', () => {
    const repeated = fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 200 })
    holdsAfter(fc.tuple(randomPlay, repeated), ([commands, repetitions]) => {
      const once = new PlayedAccount()
      const accepted = commands.filter((command) => isAccepted(once.execute(command)))
      const again = new PlayedAccount()
      for (const [nth, command] of accepted.entries()) {
        again.execute(command)
        const here = repetitions.filter(([at]) => at % accepted.length === nth)
        const earlier = here.flatMap(([, which]) => accepted.slice(which % (nth + 1)).slice(0, 1))
        for (const repetition of earlier) again.execute(repetition)
      }
      expect(again.events).toStrictEqual(once.events)
    })
  })

  it('a final refusal is never followed by acceptance', () => {
    holdsAfter(randomPlay, (commands) => {
      const played = new PlayedAccount()
      const refused = commands.filter((command) =>
        isFinal(played.execute(command), command, played),
      )
      const later = refused.map((command) => played.decide(command))
      expect(later.filter((decision) => !('rejected' in decision))).toStrictEqual([])
    })
  })

  it('the account is the fold of its events, folded at once or in pieces', () => {
    holdsAfter(fc.tuple(randomPlay, fc.nat()), ([commands, at]) => {
      const { events, account } = playedBy(commands)
      const cut = at % (events.length + 1)
      expect(fold(events)).toStrictEqual(account)
      expect(fold(events.slice(cut), fold(events.slice(0, cut)))).toStrictEqual(account)
      expect(account.revision).toBe(BigInt(events.length - 1))
    })
  })

  it('the archive was asked only for what was there, through a revision that was there', () => {
    holdsAfter(randomPlay, (commands) => {
      const played = new PlayedAccount()
      for (const command of commands) {
        const { transactions = [], rounds = [], coveredThrough } = played.question(command) ?? {}
        expect(transactions.every((key) => played.archive.hasTransaction(key))).toBe(true)
        expect(rounds.every((round) => played.archive.hasClosedRound(round))).toBe(true)
        expect((coveredThrough ?? -1n) <= played.account.revision).toBe(true)
        played.execute(command)
      }
    })
  })
})

/** Tries many plays; a failure prints the smallest one found, and the seed that repeats it. */
function holdsAfter<Play>(plays: fc.Arbitrary<Play>, property: (play: Play) => void): void {
  fc.assert(fc.property(plays, property), { numRuns: 60 })
}

/** In the words of the reference model. */
function outcomeOf(decision: Decision, { account }: PlayedAccount): string {
  if ('rejected' in decision) return 'refused'
  if (isAccepted(decision)) return `${resultOf(decision)} with ${account.balance.cash}`
  return `again ${decision.replayed.result} with ${decision.replayed.balance.cash}`
}

function resultOf([first]: readonly AccountEvent[]): string {
  if (first?.type === 'BetRolledBack') return 'ROLLED_BACK'
  if (first?.type === 'BetTombstoned') return 'TOMBSTONED'
  return first?.type === 'RollbackRepeated' ? first.data.result : 'DONE'
}

/** Only after its request does anyone know a withdrawal's id, so before it nobody asks for it. */
function isFinal(decision: Decision, { data }: AccountCommand, { events }: PlayedAccount): boolean {
  if (!('rejected' in decision) || !decision.final) return false
  if (!('withdrawalId' in data) || decision.code !== 'WITHDRAWAL_NOT_PENDING') return true
  return events.some(
    (event) =>
      event.type === 'WithdrawalRequested' && event.data.withdrawalId === data.withdrawalId,
  )
}

function sumOf(events: readonly AccountEvent[], account?: string): bigint {
  return events
    .flatMap((event) => postings(event))
    .filter((posting) => account === undefined || posting.account === account)
    .reduce((sum, { amount }) => sum + amount.minor, 0n)
}
