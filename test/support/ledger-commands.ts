import type { AccountCommand } from '../../domain/index.ts'
import { type CommandOrigin, type Ledger, type Outcome, playerIdFor } from '../../ledger/index.ts'

export const origin: CommandOrigin = { actor: 'operator:site', correlationId: 'a-test' }

/** Commands of one player who plays in EUR at one provider, as the API makes them. */
export interface PlayerCommands {
  readonly playerId: string
  register(): AccountCommand
  deposit(id: string, minor: bigint): AccountCommand
  openSession(id: string): AccountCommand
  bet(id: string, sessionId: string, minor: bigint, roundId?: string): AccountCommand
  win(id: string, minor: bigint, roundId?: string): AccountCommand
  rollback(id: string, betTransactionId: string): AccountCommand
  withdraw(id: string, minor: bigint): AccountCommand
}

export function commandsOf(name: string): PlayerCommands {
  const registration = { issuer: 'operator:site', id: name }
  const playerId = playerIdFor(registration)
  const provider = 'acme'
  const byProvider = (id: string) => ({ playerId, transaction: { issuer: 'provider:acme', id } })
  return {
    playerId,
    register: () => ({
      type: 'RegisterPlayer',
      playerId,
      transaction: registration,
      data: { currency: 'EUR', jurisdiction: 'MT' },
    }),
    deposit: (id, minor) => ({
      type: 'SettleDeposit',
      playerId,
      transaction: { issuer: 'gateway:psp', id },
      data: { gateway: 'psp', amount: eur(minor) },
    }),
    openSession: (id) => ({
      type: 'OpenGameSession',
      ...byProvider(id),
      data: { provider, gameId: 'slot' },
    }),
    bet: (id, sessionId, minor, roundId = `round of ${id}`.replaceAll(' ', '-')) => ({
      type: 'PlaceBet',
      ...byProvider(id),
      data: { provider, sessionId, roundId, amount: eur(minor) },
    }),
    win: (id, minor, roundId = 'round-1') => ({
      type: 'CreditWin',
      ...byProvider(id),
      data: { provider, roundId, amount: eur(minor), endsRound: false },
    }),
    rollback: (id, betTransactionId) => ({
      type: 'RollbackBet',
      ...byProvider(id),
      data: { provider, betTransactionId },
    }),
    withdraw: (id, minor) => ({
      type: 'RequestWithdrawal',
      playerId,
      transaction: { issuer: 'operator:site', id },
      data: { amount: eur(minor) },
    }),
  }
}

function eur(minor: bigint) {
  return { minor, currency: 'EUR' }
}

/** Registers the player, deposits, opens a session, and gives the session's id. */
export async function begin(
  ledger: Ledger,
  player: PlayerCommands,
  depositMinor: bigint,
): Promise<string> {
  await ledger.execute(player.register(), origin)
  await ledger.execute(player.deposit(`first-deposit-of-${player.playerId}`, depositMinor), origin)
  const opened = await ledger.execute(player.openSession('session-1'), origin)
  if (opened.status !== 'accepted') throw new Error(`no session: ${opened.rejection.code}`)
  return opened.id
}

/** "accepted", "replayed", or the code of the rejection. */
export function verdictOf(outcome: Outcome): string {
  if (outcome.status === 'rejected') return outcome.rejection.code
  return outcome.replayed ? 'replayed' : 'accepted'
}
