import type { AccountCommand } from '../../../domain/index.ts'
import type { Ledger, Outcome } from '../../../ledger/index.ts'
import { commandsOf, type PlayerCommands } from '../../../test/support/ledger-commands.ts'
import { each } from '../../harness/index.ts'
import { DEPOSIT_MINOR, STAKE_MINOR } from '../sizes.ts'

const OPENED_AT_A_TIME = 64

/** A player with money and an open session. */
export interface Player {
  readonly commands: PlayerCommands
  readonly sessionId: string
}

/** Registers players, deposits, and opens a session for each. */
export async function openPlayers(ledger: Ledger, count: number): Promise<Player[]> {
  const players: Player[] = []
  await each(count, OPENED_AT_A_TIME, async (index) => {
    const commands = commandsOf(`player-${index}`)
    const outcomes = await Promise.all([
      ledger.execute(commands.register(), origin),
      ledger.execute(commands.deposit(`deposit-${index}`, DEPOSIT_MINOR), origin),
      ledger.execute(commands.openSession(`session-${index}`), origin),
    ])
    const [, , session] = outcomes.map((outcome) => acceptedOnce(outcome))
    players[index] = { commands, sessionId: session?.id ?? '' }
  })
  return players
}

const origin = { actor: 'operator:site', correlationId: 'opening-accounts' }

/** The `nth` bet: by a player picked by chance, in a round of its own. */
export function betOf(players: readonly Player[], nth: number): AccountCommand {
  const player = players[Math.floor(Math.random() * players.length)]
  if (player === undefined) throw new Error('there are no players')
  const id = `bet-${nth.toString().padStart(16, '0')}`
  return player.commands.bet(id, player.sessionId, STAKE_MINOR, `round-${nth}`)
}

/** @throws Error when the command was refused, or had come before */
export function acceptedOnce(outcome: Outcome): Extract<Outcome, { status: 'accepted' }> {
  if (outcome.status === 'rejected') throw new Error(`refused: ${outcome.rejection.message}`)
  if (outcome.replayed) throw new Error('a new command was taken for a repetition')
  return outcome
}
