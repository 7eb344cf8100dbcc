import { answerOf, type Balance, emptyAccount } from '../domain/index.ts'
import { ImpossibleEvent, type ProjectedEvent } from './projector.ts'
import type { RoundEndRow, TransactionRow } from './schema.ts'

export type RoundPlace = Pick<RoundEndRow, 'player_id' | 'provider' | 'round_id'>

/** What is known of the accounts and rounds of a batch before it. */
export interface Known {
  /** By player. */
  readonly balances: ReadonlyMap<string, Balance>
  readonly roundEnds: readonly RoundEndRow[]
}

/** The rows a batch sets, one a key: the last word on each. */
export interface Archived {
  readonly transactions: readonly TransactionRow[]
  readonly roundEnds: readonly RoundEndRow[]
}

const noAnswer = { digest: null, result: null, cash: null, held: null }
const noRound = { provider: null, round_id: null }

/**
 * Remembers the transactions of events by the domain's rules, except that nothing is ever forgotten.
 *
 * @throws ImpossibleEvent when an event cannot follow those before it
 */
export function foldArchive(known: Known, events: readonly ProjectedEvent[]): Archived {
  const balances = new Map(known.balances)
  const transactions = new Map<string, TransactionRow>()
  const roundEnds = new Map(known.roundEnds.map((row) => [keyOfRound(row), row]))
  for (const projected of events) {
    const balance = balanceAfter(projected, balances.get(projected.playerId))
    balances.set(projected.playerId, balance)
    for (const row of transactionsOf(projected, balance)) transactions.set(keyOf(row), row)
    const place = placeOf(projected)
    if (place === undefined) continue
    const key = keyOfRound(place)
    roundEnds.set(key, foldRoundEnd(roundEnds.get(key) ?? neverOpened(place), projected))
  }
  return { transactions: [...transactions.values()], roundEnds: [...roundEnds.values()] }
}

/** Whether the balance after an event can be told from the event alone. */
export function tellsBalance({ event, revision }: ProjectedEvent): boolean {
  return 'balance' in event.data || revision === 0n
}

/** The round whose bets or whose end an event changes. */
export function placeOf({ playerId, event }: ProjectedEvent): RoundPlace | undefined {
  switch (event.type) {
    case 'BetPlaced':
    case 'BetRolledBack':
    case 'RoundEnded':
      return {
        player_id: playerId,
        provider: event.data.provider,
        round_id: event.data.roundId,
      }
    default:
      return undefined
  }
}

/** No part but the last may hold spaces, so that no two rounds share a key. */
function keyOfRound({ player_id, provider, round_id }: RoundPlace): string {
  return `${provider} ${round_id} ${player_id}`
}

function keyOf({ player_id, issuer, transaction_id }: TransactionRow): string {
  return JSON.stringify([player_id, issuer, transaction_id])
}

function balanceAfter({ event, revision }: ProjectedEvent, before: Balance | undefined): Balance {
  if ('balance' in event.data) return event.data.balance.after
  if (revision === 0n) return emptyAccount.balance
  if (before === undefined) throw new ImpossibleEvent('an account whose beginning is missing')
  return before
}

/** The bet that an event takes back or bars, then the transaction it is from. */
function transactionsOf(
  { playerId, event, revision }: ProjectedEvent,
  balance: Balance,
): readonly TransactionRow[] {
  const { issuer, id, digest } = event.data.transaction
  const answer = answerOf({ ...emptyAccount, balance }, event)
  const own: TransactionRow = {
    player_id: playerId,
    issuer,
    transaction_id: id,
    kind: 'other',
    digest,
    result: answer.result,
    cash: answer.balance.cash,
    held: answer.balance.held,
    ...noRound,
    revision,
  }
  switch (event.type) {
    case 'BetPlaced': {
      const { provider, roundId } = event.data
      return [{ ...own, kind: 'bet', provider, round_id: roundId }]
    }
    case 'BetRolledBack':
    case 'BetTombstoned': {
      const kind = event.type === 'BetRolledBack' ? 'rolled-back bet' : 'tombstone'
      return [{ ...own, ...noAnswer, kind, transaction_id: event.data.betTransactionId }, own]
    }
    default:
      return [own]
  }
}

function neverOpened(place: RoundPlace): RoundEndRow {
  return { ...place, bets_standing: 0, closed_as: null }
}

function foldRoundEnd(round: RoundEndRow, { event }: ProjectedEvent): RoundEndRow {
  switch (event.type) {
    case 'BetPlaced':
      return { ...round, bets_standing: round.bets_standing + 1 }
    case 'BetRolledBack': {
      if (round.bets_standing === 0) throw new ImpossibleEvent('a rollback of a bet not placed')
      const bets_standing = round.bets_standing - 1
      return {
        ...round,
        bets_standing,
        closed_as: bets_standing === 0 ? 'cancelled' : round.closed_as,
      }
    }
    case 'RoundEnded':
      return { ...round, bets_standing: 0, closed_as: 'ended' }
    default:
      return round
  }
}
