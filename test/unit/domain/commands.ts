import type { AccountCommand, Money } from '../../../domain/index.ts'
import { digestOf, idFrom } from '../../support/given-when-then.ts'

/** The commands of one player, with what a test does not care about filled in. */

export const PLAYER_ID = '7d0b1c1e-6a0f-4c51-9c8e-0f6d6c1f9a11'
export const SITE = 'operator:site'
export const GATEWAY = 'gateway:psp'

export function eur(minor: bigint): Money {
  return { minor, currency: 'EUR' }
}

export function usd(minor: bigint): Money {
  return { minor, currency: 'USD' }
}

export function providerIssuer(provider: string): string {
  return `provider:${provider}`
}

export function registration(id = 'reg', currency = 'EUR'): AccountCommand {
  const data = { currency, jurisdiction: 'MT' as const }
  return { ...sentBy(SITE, id), type: 'RegisterPlayer', data }
}

export function deposit(id: string, amount: bigint | Money): AccountCommand {
  return {
    ...sentBy(GATEWAY, id),
    type: 'SettleDeposit',
    data: { gateway: 'psp', amount: inEur(amount) },
  }
}

export interface Play {
  readonly provider?: string
  readonly session?: string
  readonly round?: string
  readonly game?: string
}

export function openSession(id = 's1', { provider = 'acme', game = 'slot' }: Play = {}) {
  return {
    ...sentBy(providerIssuer(provider), id),
    type: 'OpenGameSession',
    data: { provider, gameId: game },
  } as const satisfies AccountCommand
}

export function closeSession(id: string, { provider = 'acme', session = 's1' }: Play = {}) {
  return {
    ...sentBy(providerIssuer(provider), id),
    type: 'CloseGameSession',
    data: { provider, sessionId: sessionIdOf(session, provider) },
  } as const satisfies AccountCommand
}

export function bet(id: string, amount: bigint | Money, play: Play = {}) {
  const { provider = 'acme', session = 's1', round = 'r1' } = play
  return {
    ...sentBy(providerIssuer(provider), id),
    type: 'PlaceBet',
    data: {
      provider,
      sessionId: sessionIdOf(session, provider),
      roundId: round,
      amount: inEur(amount),
    },
  } as const satisfies AccountCommand
}

export function win(
  id: string,
  amount: bigint | Money,
  { provider = 'acme', round = 'r1', endsRound = false }: Play & { endsRound?: boolean } = {},
): AccountCommand {
  return {
    ...sentBy(providerIssuer(provider), id),
    type: 'CreditWin',
    data: { provider, roundId: round, amount: inEur(amount), endsRound },
  }
}

export function endRound(
  id: string,
  { provider = 'acme', round = 'r1' }: Play = {},
): AccountCommand {
  return {
    ...sentBy(providerIssuer(provider), id),
    type: 'EndRound',
    data: { provider, roundId: round },
  }
}

export function rollback(id: string, betId: string, { provider = 'acme' }: Play = {}) {
  return {
    ...sentBy(providerIssuer(provider), id),
    type: 'RollbackBet',
    data: { provider, betTransactionId: betId },
  } as const satisfies AccountCommand
}

export function withdrawal(id: string, amount: bigint | Money): AccountCommand {
  return { ...sentBy(SITE, id), type: 'RequestWithdrawal', data: { amount: inEur(amount) } }
}

export function settleWithdrawal(id: string, requestId: string): AccountCommand {
  return {
    ...sentBy(GATEWAY, id),
    type: 'SettleWithdrawal',
    data: { withdrawalId: withdrawalIdOf(requestId), gateway: 'psp' },
  }
}

type CancelReason = 'PLAYER_REQUEST' | 'GATEWAY_FAILED' | 'OPERATOR_DECISION'

export function cancelWithdrawal(
  id: string,
  requestId: string,
  reason: CancelReason = 'PLAYER_REQUEST',
): AccountCommand {
  return {
    ...sentBy(SITE, id),
    type: 'CancelWithdrawal',
    data: { withdrawalId: withdrawalIdOf(requestId), reason },
  }
}

/** The id of the session that the provider's transaction opened. */
export function sessionIdOf(transactionId: string, provider = 'acme'): string {
  return idFrom({ issuer: providerIssuer(provider), id: transactionId })
}

export function withdrawalIdOf(transactionId: string): string {
  return idFrom({ issuer: SITE, id: transactionId })
}

/** The transaction as it stands in the events of a command. */
export function transactionOf(command: AccountCommand) {
  return { ...command.transaction, digest: digestOf(command) }
}

/** Balances before and after, of cash and, where it matters, of what is held. */
export function balances(
  cash: readonly [bigint, bigint],
  held: readonly [bigint, bigint] = [0n, 0n],
) {
  return {
    before: { cash: cash[0], held: held[0] },
    after: { cash: cash[1], held: held[1] },
  }
}

function sentBy(issuer: string, id: string) {
  return { playerId: PLAYER_ID, transaction: { issuer, id } }
}

function inEur(amount: bigint | Money): Money {
  return typeof amount === 'bigint' ? eur(amount) : amount
}
