import type { Cast } from '../cast.ts'
import { GivenUp } from '../client/index.ts'
import { randomFrom } from '../random.ts'
import type { Desk } from './desk.ts'
import type { DayPlan, ScenePlan } from './plan.ts'
import { Player } from './player.ts'
import { scenarios } from './scenarios/index.ts'

export interface Day {
  readonly plan: DayPlan
  /** What all ids of the day begin with. */
  readonly run: string
  readonly cast: Cast
  readonly desk: Desk
  /** Players who play at the same time. */
  readonly concurrency: number
  readonly signal: AbortSignal
  /** Called when a scene is over, with the rounds it had. */
  readonly onScene: (rounds: number) => void
}

/**
 * Lets all players play their day, scene by scene in turn, so that everybody is there from the morning
 * to the evening. A player whose request is given up goes home.
 * @throws what is neither an answer nor a request given up, and when the signal aborts
 */
export async function playDay(day: Day): Promise<void> {
  const { plan, run, desk, cast, concurrency, signal } = day
  const waiting = plan.players.map((player) => ({
    player: new Player(run, player, desk, cast),
    next: 0,
  }))
  const failures: unknown[] = []
  const playOn = async () => {
    for (let turn = waiting.shift(); turn !== undefined; turn = waiting.shift()) {
      if (signal.aborted || failures.length > 0) return
      const { player, next } = turn
      const goesOn = await playScene(day, player, next)
      if (goesOn) waiting.push({ player, next: next + 1 })
    }
  }
  const tables = Array.from({ length: Math.min(concurrency, waiting.length) }, () =>
    // One table that breaks ends the day, but only when the others have finished their scenes.
    playOn().catch((error: unknown) => failures.push(error)),
  )
  await Promise.all(tables)
  signal.throwIfAborted()
  if (failures.length > 0) throw failures[0]
}

/** Plays a player's next scene; false when the player's day is over. */
async function playScene(day: Day, player: Player, nth: number): Promise<boolean> {
  const scene = player.plan.scenes[nth]
  try {
    if (nth === 0) await arrive(player)
    if (scene === undefined) {
      await player.desk.sendLate(player.name, 1)
      return false
    }
    await scenarios[scene.scenario](stageOf(day, player, scene, nth))
    await player.desk.sendLate(player.name, 2)
    day.onScene(scene.rounds.length)
    return true
  } catch (error) {
    if (error instanceof GivenUp) return false
    throw error
  }
}

async function arrive(player: Player): Promise<void> {
  await player.register()
  await player.deposit('first-deposit', player.plan.firstDepositMinor)
}

function stageOf({ plan }: Day, player: Player, { rounds }: ScenePlan, nth: number) {
  return {
    player,
    rounds,
    random: randomFrom(plan.seed, 'scene', player.plan.number, nth),
    id: (label: string) => `s${nth}-${label}`,
  }
}
