import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { type Balance, transactionKey } from '../../../domain/index.ts'
import { foldArchive } from '../../../projections/archive-fold.ts'
import type { RoundEndRow, TransactionRow } from '../../../projections/schema.ts'
import { ArchiveOfEvents } from '../../support/archive-of-events.ts'
import {
  asProjected,
  eventsOf,
  inBatches,
  projectedHistory,
} from '../../support/projected-events.ts'
import { bet, deposit, openSession, registration } from '../domain/commands.ts'
import { randomPlay } from '../domain/random-play.ts'

const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 })

property.prop([randomPlay, cuts], { numRuns: 40 })(
  "the archive's word on every key is that of the account that forgets nothing",
  (commands, lengths) => {
    const events = eventsOf(commands)
    const expected = new ArchiveOfEvents()
    for (const event of events) expected.record(event)
    const stored = archiveOf(asProjected(events), lengths)

    const rows = stored.transactions.map(({ issuer, transaction_id: id }) => ({
      issuer,
      id,
    }))
    const rounds = stored.roundEnds.map(({ provider, round_id: roundId }) => ({
      provider,
      roundId,
    }))
    const coveredThrough = BigInt(events.length)
    const answer = expected.answer({ transactions: rows, rounds, coveredThrough })

    expect(stored.transactions.map(transactionFrom)).toEqual([...answer.transactions.values()])
    expect(answer.transactions.size).toBe(rows.length)
    const closed = stored.roundEnds.filter(({ closed_as }) => closed_as !== null)
    expect(closed.map(({ closed_as }) => closed_as)).toEqual([...answer.rounds.values()])
    const known = new Set(rows.map(transactionKey))
    const used = events.map(({ data }) => transactionKey(data.transaction))
    expect(used.filter((key) => !known.has(key))).toEqual([])
  },
)

test('a batch that begins in the middle of an account needs its last balance', () => {
  const events = projectedHistory(registration(), deposit('d1', 100n), openSession('s1'))
  const nothing = { balances: new Map<string, Balance>(), roundEnds: [] }
  expect(() => foldArchive(nothing, events.slice(2))).toThrow('beginning is missing')
  const known = { ...nothing, balances: new Map([['player-1', { cash: 100n, held: 0n }]]) }
  expect(foldArchive(known, events.slice(2)).transactions).toMatchObject([{ cash: 100n }])
})

test('a rollback of a bet that was never placed is refused', () => {
  const events = projectedHistory(
    registration(),
    deposit('d1', 9n),
    openSession('s1'),
    bet('b1', 5n),
  )
  const [placed] = events.slice(3)
  if (placed?.event.type !== 'BetPlaced') throw new Error('there is a bet')
  const { transaction, ...place } = placed.event.data
  const data = { ...place, transaction, betTransactionId: 'b0' }
  const rolledBack = { ...placed, event: { type: 'BetRolledBack' as const, version: 1, data } }
  const nothing = { balances: new Map<string, Balance>(), roundEnds: [] }
  expect(() => foldArchive(nothing, [rolledBack])).toThrow('rollback of a bet not placed')
})

/** What the table would hold after the batches. */
function archiveOf(events: ReturnType<typeof asProjected>, lengths: readonly number[]) {
  const transactions = new Map<string, TransactionRow>()
  let roundEnds: readonly RoundEndRow[] = []
  const balances = new Map<string, Balance>()
  for (const batch of inBatches(events, lengths)) {
    const archived = foldArchive({ balances, roundEnds }, batch)
    ;({ roundEnds } = archived)
    for (const row of archived.transactions) {
      transactions.set(`${row.issuer} ${row.transaction_id}`, row)
    }
    for (const { player_id, cash, held } of inOrder(archived.transactions)) {
      if (cash !== null && held !== null) balances.set(player_id, { cash, held })
    }
  }
  return { transactions: [...transactions.values()], roundEnds }
}

function inOrder(rows: readonly TransactionRow[]): readonly TransactionRow[] {
  return rows.toSorted((one, other) => Number(one.revision - other.revision))
}

function transactionFrom(row: TransactionRow) {
  const { kind, digest, result, cash, held, provider, round_id } = row
  if (kind === 'rolled-back bet' || kind === 'tombstone') return { kind }
  const answer = { result, balance: { cash, held } }
  return kind === 'bet'
    ? { kind, digest, answer, roundKey: `${provider} ${round_id}` }
    : { kind, digest, answer }
}
