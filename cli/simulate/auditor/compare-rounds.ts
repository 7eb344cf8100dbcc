import type { AccountAudit } from './account-audit.ts'
import { differences, inWordsBy } from './compare-keyed.ts'
import type { RoundRecord } from './model.ts'
import type { SeenMove, SeenRound } from './seen.ts'
import type { Evidence, Findings } from './violation.ts'

/** Compares the rounds of an account, their states and totals, with the model. */
export function compareRounds(
  { name, model }: AccountAudit,
  seen: readonly SeenRound[],
  evidence: Evidence,
  findings: Findings,
): void {
  const expected = [...model.rounds].map(([key, round]) => seenAs(key, round))
  for (const difference of differences(
    inWordsBy(expected, roundKeyOf, inWords),
    inWordsBy(seen, roundKeyOf, inWords),
  )) {
    findings.add({ ...difference, evidence, player: name })
  }
}

/** Compares the bets and wins in the history of an account's rounds with the model. */
export function compareMoves(
  { name, model }: AccountAudit,
  seen: readonly SeenMove[],
  evidence: Evidence,
  findings: Findings,
): void {
  const expected = [...model.rounds].flatMap(([roundKey, round]) => movesOf(roundKey, round))
  for (const difference of differences(
    inWordsBy(expected, moveKeyOf, moveInWords),
    inWordsBy(seen, moveKeyOf, moveInWords),
  )) {
    findings.add({ ...difference, evidence, player: name })
  }
}

const roundKeyOf = ({ key }: SeenRound) => `round ${key}`
const moveKeyOf = ({ key }: SeenMove) => key

function seenAs(key: string, { bets, wins, gameId, sessionId, status }: RoundRecord): SeenRound {
  const standing = bets.filter(({ stands }) => stands)
  return {
    key,
    gameId,
    sessionId,
    status,
    staked: sumOf(standing),
    won: sumOf(wins),
    betCount: standing.length,
    winCount: wins.length,
  }
}

function movesOf(roundKey: string, { bets, wins }: RoundRecord): SeenMove[] {
  return [
    ...bets.map(({ key, amount, stands }) => ({
      key,
      roundKey,
      amount,
      isRolledBack: !stands,
      kind: 'bet' as const,
    })),
    ...wins.map(({ key, amount }) => ({
      key,
      roundKey,
      amount,
      isRolledBack: false,
      kind: 'win' as const,
    })),
  ]
}

function sumOf(moves: readonly { readonly amount: bigint }[]): bigint {
  return moves.reduce((sum, { amount }) => sum + amount, 0n)
}

function inWords({ status, gameId, sessionId, ...totals }: SeenRound): string {
  const { betCount, staked, winCount, won } = totals
  const money = `${betCount} bets of ${staked}, ${winCount} wins of ${won}`
  return `${status}, ${money}, ${gameId} in ${sessionId}`
}

function moveInWords({ kind, roundKey, amount, isRolledBack }: SeenMove): string {
  return `${kind} of ${amount} in ${roundKey}${isRolledBack ? ', rolled back' : ''}`
}
