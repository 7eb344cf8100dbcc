import type { AccountAudit } from './account-audit.ts'
import type { SeenBalance, SeenEvent } from './seen.ts'
import type { Findings } from './violation.ts'

/** What each event moves, in multiples of its amount: to the player's cash, and to what is held. */
const movements: Partial<Record<string, readonly [cash: bigint, held: bigint]>> = {
  DepositSettled: [1n, 0n],
  BetPlaced: [-1n, 0n],
  WinCredited: [1n, 0n],
  BetRolledBack: [1n, 0n],
  WithdrawalRequested: [-1n, 1n],
  WithdrawalSettled: [0n, -1n],
  WithdrawalCancelled: [1n, -1n],
}

/**
 * Folds a stream's events by the auditor's own arithmetic: revisions without a gap, positions that
 * rise, each balance following from the one before, and nothing below zero.
 */
export function foldEvents(
  { name, model }: AccountAudit,
  events: readonly SeenEvent[],
  findings: Findings,
): void {
  let balance: SeenBalance = { cash: 0n, held: 0n }
  let previous: SeenEvent | undefined
  for (const event of events) {
    const at = { evidence: 'event store', player: name, subject: event.key } as const
    const follows =
      event.revision === (previous === undefined ? 0n : previous.revision + 1n) &&
      event.position > (previous?.position ?? -1n)
    if (!follows) {
      const expected = `the event after revision ${previous?.revision ?? 'none'}`
      findings.add({ ...at, invariant: 5, expected, actual: `revision ${event.revision}` })
    }
    const after = afterEvent(balance, event)
    if (after === 'another balance' || after.cash < 0n || after.held < 0n) {
      findings.add({
        ...at,
        invariant: after === 'another balance' ? 1 : 2,
        expected: `${event.type} of ${event.amount} upon cash ${balance.cash} held ${balance.held}`,
        actual: describeChange(event),
      })
    }
    balance = event.balance?.after ?? balance
    previous = event
  }
  const { cash, held } = model.balance
  if (cash === balance.cash && held === balance.held) return
  findings.add({
    invariant: 1,
    evidence: 'event store',
    player: name,
    subject: 'balance',
    expected: `cash ${cash} held ${held}`,
    actual: `cash ${balance.cash} held ${balance.held} by the events`,
  })
}

/** The balance after an event, if the one it states is right. */
function afterEvent(before: SeenBalance, event: SeenEvent): SeenBalance | 'another balance' {
  const [cash, held] = movements[event.type] ?? [0n, 0n]
  const amount = event.amount ?? 0n
  const after = { cash: before.cash + cash * amount, held: before.held + held * amount }
  const isMoney = movements[event.type] !== undefined
  if (!isMoney) return event.balance === undefined ? after : 'another balance'
  const stated = event.balance
  const isRight =
    stated !== undefined && isSame(stated.before, before) && isSame(stated.after, after)
  return isRight ? after : 'another balance'
}

function isSame(a: SeenBalance, b: SeenBalance): boolean {
  return a.cash === b.cash && a.held === b.held
}

function describeChange({ type, amount, balance }: SeenEvent): string {
  if (balance === undefined) return `${type} of ${amount} without balances`
  const { before, after } = balance
  return `${type} of ${amount}: cash ${before.cash} to ${after.cash}, held ${before.held} to ${after.held}`
}
