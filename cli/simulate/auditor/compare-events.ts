import type { AccountAudit } from './account-audit.ts'
import { differences, inWordsBy } from './compare-keyed.ts'
import type { TransactionRecord } from './model.ts'
import { foldEvents } from './fold-events.ts'
import { compareOrder } from './compare-order.ts'
import type { SeenEvent } from './seen.ts'
import type { Findings } from './violation.ts'

export interface EventsCompared {
  /** Acknowledged commands whose events are not there, whole. */
  readonly missing: number
}

/**
 * Compares the events of an account's stream with what was acknowledged: each command's events exactly
 * once, no event that nobody asked for, in an order that the rules and the answers' times allow, and
 * with balances that follow from one another.
 */
export function compareEvents(
  account: AccountAudit,
  events: readonly SeenEvent[],
  findings: Findings,
): EventsCompared {
  let missing = 0
  for (const difference of differences(expectedOf(account), seenIn(events))) {
    const isAsked = account.operations.has(difference.subject)
    const isUnacknowledged = difference.expected === 'nothing' && isAsked
    const invariant = isUnacknowledged ? 6 : difference.invariant
    if (difference.invariant === 5) missing += 1
    findings.add({ ...difference, invariant, evidence: 'event store', player: account.name })
  }
  foldEvents(account, events, findings)
  compareOrder(account, events, findings)
  return { missing }
}

function expectedOf({ model }: AccountAudit) {
  const pairs = [...model.transactions].flatMap(([key, record]) =>
    eventsOf(record).map((words) => ({ key, words })),
  )
  return inWordsBy(
    pairs,
    ({ key }) => key,
    ({ words }) => words,
  )
}

/** Which rounds a closed session interrupts depends on the order of the events, and is checked with it. */
function seenIn(events: readonly SeenEvent[]) {
  const compared = events.filter(({ type }) => type !== 'RoundInterrupted')
  return inWordsBy(compared, ({ key }) => key, eventInWords)
}

function eventsOf(record: TransactionRecord): readonly string[] {
  const { request, moved, balance, result } = record
  if (request === undefined) return []
  const size = moved.cash === 0n ? moved.held : moved.cash
  const money = { amount: size < 0n ? -size : size, after: balance }
  switch (request.kind) {
    case 'registerPlayer':
      return ['PlayerRegistered']
    case 'settleDeposit':
      return [moneyInWords('DepositSettled', money)]
    case 'requestWithdrawal':
      return [moneyInWords('WithdrawalRequested', money)]
    case 'settleWithdrawal':
      return [moneyInWords('WithdrawalSettled', money)]
    case 'cancelWithdrawal':
      return [moneyInWords('WithdrawalCancelled', money)]
    case 'openGameSession':
      return ['GameSessionOpened']
    case 'closeGameSession':
      return ['GameSessionClosed']
    case 'placeBet':
      return [moneyInWords('BetPlaced', money)]
    case 'creditWin':
      return request.endsRound
        ? ['RoundEnded', moneyInWords('WinCredited', money)]
        : [moneyInWords('WinCredited', money)]
    case 'endRound':
      return ['RoundEnded']
    case 'rollbackBet':
      if (result === 'ROLLED_BACK') return [moneyInWords('BetRolledBack', money)]
      return [`rollback without effect: ${result}`]
  }
}

/** Of two rollbacks that race, either may be the one that leaves the tombstone. */
function eventInWords({ type, amount, balance, data }: SeenEvent): string {
  if (type === 'BetTombstoned') return 'rollback without effect: TOMBSTONED'
  if (type === 'RollbackRepeated') return `rollback without effect: ${String(data['result'])}`
  if (amount === undefined || balance === undefined) return type
  return moneyInWords(type, { amount, after: balance.after })
}

function moneyInWords(
  type: string,
  { amount, after }: { amount: bigint; after: { cash: bigint; held: bigint } },
): string {
  return `${type} of ${amount}, then cash ${after.cash} held ${after.held}`
}
