import type { CommandFrom } from '../command.ts'
import type { EventFrom } from '../event.ts'
import { deposits } from './deposits.ts'
import { identity } from './identity.ts'
import { rollbacks } from './rollbacks.ts'
import { rounds } from './rounds.ts'
import { sessions } from './sessions.ts'
import { walletGates } from './wallet.ts'
import { withdrawals } from './withdrawals.ts'

/** Everything an account can do. */

export const commands = {
  ...identity.commands,
  ...deposits.commands,
  ...withdrawals.commands,
  ...sessions.commands,
  ...rounds.commands,
  ...rollbacks.commands,
}

export const events = {
  ...identity.events,
  ...deposits.events,
  ...withdrawals.events,
  ...sessions.events,
  ...rounds.events,
  ...rollbacks.events,
}

export const decisions = {
  ...identity.decide,
  ...deposits.decide,
  ...withdrawals.decide,
  ...sessions.decide,
  ...rounds.decide,
  ...rollbacks.decide,
}

export const evolutions = {
  ...identity.evolve,
  ...deposits.evolve,
  ...withdrawals.evolve,
  ...sessions.evolve,
  ...rounds.evolve,
  ...rollbacks.evolve,
}

/** The one order in which restrictions are asked: the first that refuses answers. */
export const gates = [sessions.gates ?? {}, rounds.gates ?? {}, walletGates]

export type AccountCommand = {
  [Type in keyof typeof commands]: CommandFrom<(typeof commands)[Type]>
}[keyof typeof commands]

export type AccountEvent = {
  [Type in keyof typeof events]: EventFrom<(typeof events)[Type]>
}[keyof typeof events]
