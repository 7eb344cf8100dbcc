import type { AccountAudit } from './account-audit.ts'
import { AccountModel, type RoundRecord } from './model.ts'
import { describeAnswer, type Operation } from './operation.ts'
import { decideBy } from './rules.ts'
import type { SeenEvent } from './seen.ts'
import type { Findings } from './violation.ts'

/**
 * Takes the order of the stream for what really happened: in that order every command must have been
 * acceptable, and none may stand before another that was answered before it was sent.
 */
export function compareOrder(
  account: AccountAudit,
  events: readonly SeenEvent[],
  findings: Findings,
): void {
  const keys = [...new Set(events.map(({ key }) => key))].filter(
    (key) => account.model.transactions.get(key)?.request !== undefined,
  )
  replayInOrder(account, keys, events, findings)
  compareWithTimes(account, keys, findings)
}

function replayInOrder(
  { name, model }: AccountAudit,
  keys: readonly string[],
  events: readonly SeenEvent[],
  findings: Findings,
): void {
  const interruptedBy = countInterruptions(events)
  const replayed = new AccountModel()
  for (const key of keys) {
    const known = model.transactions.get(key)
    if (known?.request === undefined) continue
    const expectedInterruptions = openRoundsOf(replayed, known.request)
    const decision = decideBy(replayed, known.request, known.createdId)
    replayed.commit()
    const at = { evidence: 'event store', player: name, subject: key } as const
    if (decision.kind === 'refused' || decision.replayed) {
      const expected = `${describeAnswer(decision)}, at this place of the stream`
      findings.add({ ...at, invariant: 4, expected, actual: 'its events are there' })
    }
    const interruptions = interruptedBy.get(key) ?? 0
    if (interruptions === expectedInterruptions) continue
    const expected = `${expectedInterruptions} rounds interrupted`
    findings.add({ ...at, invariant: 1, expected, actual: `${interruptions} rounds` })
  }
}

/** The rounds that closing a session leaves open. */
function openRoundsOf(
  { rounds }: AccountModel,
  request: NonNullable<Operation['request']>,
): number {
  if (request.kind !== 'closeGameSession') return 0
  return [...rounds.values()].filter(
    ({ sessionId, status }) => sessionId === request.sessionId && !isOver(status),
  ).length
}

function isOver(status: RoundRecord['status']): boolean {
  return status === 'complete' || status === 'cancelled'
}

function countInterruptions(events: readonly SeenEvent[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { type, key } of events) {
    if (type === 'RoundInterrupted') counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return counts
}

/** From the end: nothing may have been sent after something behind it in the stream was answered. */
function compareWithTimes(
  { name, operations }: AccountAudit,
  keys: readonly string[],
  findings: Findings,
): void {
  let answeredFirst: { readonly key: string; readonly at: number } | undefined
  for (const key of keys.toReversed()) {
    const { sentAt, answeredAt } = timesOf(operations.get(key) ?? [])
    if (answeredFirst !== undefined && answeredFirst.at < sentAt) {
      findings.add({
        invariant: 5,
        evidence: 'event store',
        player: name,
        subject: key,
        expected: `behind ${answeredFirst.key}, which was answered before it was sent`,
        actual: 'before it in the stream',
      })
    }
    if (answeredAt < (answeredFirst?.at ?? Infinity)) answeredFirst = { key, at: answeredAt }
  }
}

/** When a transaction was first sent, and when it was first acknowledged. */
function timesOf(operations: readonly Operation[]): { sentAt: number; answeredAt: number } {
  const acknowledged = operations.filter(({ answer }) => answer?.kind === 'accepted')
  return {
    sentAt: Math.min(...operations.map(({ sentAt }) => sentAt)),
    answeredAt: Math.min(...acknowledged.map(({ answeredAt = Infinity }) => answeredAt)),
  }
}
