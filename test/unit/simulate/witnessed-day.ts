import { Auditor } from '../../../cli/simulate/auditor/index.ts'
import type { SeenEvent } from '../../../cli/simulate/auditor/seen.ts'
import {
  type AcceptedAnswer,
  type Answer,
  keyOf,
  type Party,
  type Request,
  type RequestBody,
} from '../../../cli/simulate/requests.ts'

/** Requests and answers of one player as a right casino gives them, and the events that belong to them. */

export const PLAYER = 'p1'
const PLAYER_ID = '7d0b1c1e-6a0f-4c51-9c8e-0f6d6c1f9a11'
export const SESSION = 'a1b0c1de-6a0f-4c51-9c8e-0f6d6c1f9a22'
const SITE: Party = { role: 'operator', name: 'site' }
const REELS: Party = { role: 'provider', name: 'reels' }

export function eur(amount: string) {
  return { amount, currency: 'EUR' }
}

export function request(transactionId: string, body: RequestBody): Request {
  const isOfSite = ['registerPlayer', 'settleDeposit', 'requestWithdrawal'].includes(body.kind)
  const playerId = body.kind === 'registerPlayer' ? {} : { playerId: PLAYER_ID }
  return { as: isOfSite ? SITE : REELS, transactionId, ...playerId, ...body }
}

export const registration = request('reg', {
  kind: 'registerPlayer',
  currency: 'EUR',
  jurisdiction: 'MT',
})
export const deposit = request('d1', { kind: 'settleDeposit', gateway: 'g', amount: eur('100') })
export const opening = request('open', { kind: 'openGameSession', gameId: 'slot' })
export const closing = request('close', { kind: 'closeGameSession', sessionId: SESSION })

export function bet(id: string, amount: string, roundId = 'r1'): Request {
  return request(id, { kind: 'placeBet', sessionId: SESSION, roundId, amount: eur(amount) })
}
export function win(id: string, amount: string, endsRound = true): Request {
  return request(id, { kind: 'creditWin', roundId: 'r1', amount: eur(amount), endsRound })
}
export function rollback(id: string, betTransactionId: string): Request {
  return request(id, { kind: 'rollbackBet', betTransactionId })
}

/** The acceptance that leaves this much cash. */
export function accepted(cash: bigint, more: Partial<AcceptedAnswer> = {}): Answer {
  const balance = { cash, held: 0n }
  return { kind: 'accepted', playerId: PLAYER_ID, replayed: false, balance, position: 1n, ...more }
}
export function refused(code: string, cash: bigint): Answer {
  return { kind: 'refused', code, balance: { cash, held: 0n } }
}

/** An auditor that has seen these requests answered, one after the other. */
export function auditorOf(...answered: readonly (readonly [Request, Answer])[]): Auditor {
  const auditor = new Auditor()
  for (const [asked, answer] of answered) auditor.sent(PLAYER, asked).answered(answer)
  return auditor
}

/** A player with 100.00 EUR in an open session. */
export const arrival: readonly (readonly [Request, Answer])[] = [
  [registration, accepted(0n)],
  [deposit, accepted(10_000n)],
  [opening, accepted(10_000n, { createdId: SESSION })],
]

/** A bet of 10.00 and its win of 30.00 after the arrival. */
export const round: readonly (readonly [Request, Answer])[] = [
  ...arrival,
  [bet('b1', '10'), accepted(9_000n)],
  [win('w1', '30'), accepted(12_000n)],
]

/** The events of `round`, in order. */
export const roundEvents: readonly SeenEvent[] = inOrder([
  eventOf('PlayerRegistered', registration),
  moneyEvent('DepositSettled', deposit, 10_000n, [0n, 10_000n]),
  eventOf('GameSessionOpened', opening),
  moneyEvent('BetPlaced', bet('b1', '10'), 1_000n, [10_000n, 9_000n]),
  moneyEvent('WinCredited', win('w1', '30'), 3_000n, [9_000n, 12_000n]),
  eventOf('RoundEnded', win('w1', '30')),
])

/** Numbers events by their place. */
export function inOrder(events: readonly SeenEvent[]): readonly SeenEvent[] {
  return events.map((event, index) => {
    const [revision, position] = [BigInt(index), BigInt(index) * 100n]
    return Object.assign(structuredClone(event), { id: `e${index}`, revision, position })
  })
}

export function eventOf(type: string, asked: Request): SeenEvent {
  const place = { id: '', revision: 0n, position: 0n }
  return { ...place, type, key: keyOf(asked), data: {}, amount: undefined, balance: undefined }
}

export function moneyEvent(
  type: string,
  asked: Request,
  amount: bigint,
  [before, after]: readonly [bigint, bigint],
): SeenEvent {
  const balance = { before: { cash: before, held: 0n }, after: { cash: after, held: 0n } }
  return { ...eventOf(type, asked), amount, balance }
}
