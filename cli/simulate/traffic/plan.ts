import { type Game, type PlayedRound, roulette, slot } from '../games/index.ts'
import type { Party } from '../requests.ts'
import { type Random, randomFrom } from '../random.ts'
import { scenarioNames, type ScenarioName } from './scenario-names.ts'

/** The day as the seed has it: who plays, what, in which order, and how the wheel and reels fall. */

export interface DayWish {
  readonly seed: number
  readonly players: number
  readonly rounds: number
  readonly providers: readonly Party[]
}

export interface DayPlan {
  readonly seed: number
  readonly players: readonly PlayerPlan[]
}

export interface PlayerPlan {
  readonly number: number
  readonly currency: string
  readonly jurisdiction: 'GB' | 'MT'
  /** The smallest stake, in minor units. */
  readonly chipMinor: bigint
  readonly firstDepositMinor: bigint
  readonly scenes: readonly ScenePlan[]
}

/** A stretch of a player's day. */
export interface ScenePlan {
  readonly scenario: ScenarioName
  readonly rounds: readonly PlannedRound[]
}

export interface PlannedRound extends PlayedRound {
  readonly provider: Party
  readonly gameId: string
}

/** The games; providers run them in turn. */
const games: readonly Game[] = [slot, roulette]

/** A chip of each currency is worth some ten cents; that of ETH uses all 18 decimals. */
const chips: readonly { readonly currency: string; readonly chipMinor: bigint }[] = [
  { currency: 'EUR', chipMinor: 10n },
  { currency: 'JPY', chipMinor: 15n },
  { currency: 'KWD', chipMinor: 25n },
  { currency: 'BTC', chipMinor: 1_003n },
  { currency: 'ETH', chipMinor: 34_567_890_123_457n },
]

/** Plans a day: the same wish gives the same plan. */
export function planDay(wish: DayWish): DayPlan {
  const { seed } = wish
  const players = Array.from({ length: wish.players }, (_, number) => {
    const share = Math.floor(wish.rounds / wish.players)
    const rest = number < wish.rounds % wish.players ? 1 : 0
    return planPlayer(wish, number, share + rest)
  })
  return { seed, players }
}

function planPlayer({ seed, providers }: DayWish, number: number, roundCount: number): PlayerPlan {
  const random = randomFrom(seed, 'player', number)
  const { currency, chipMinor } = chips[number % chips.length] ?? random.pick(chips)
  const planRound = (nth: number): PlannedRound => {
    // The rounds of a scene are played at the games in turn.
    const game = games[nth % games.length] ?? random.pick(games)
    const provider = providers[nth % games.length] ?? random.pick(providers)
    return { provider, gameId: game.gameId, ...game.play(random, chipMinor) }
  }
  return {
    number,
    currency,
    jurisdiction: Math.floor(number / chips.length) % 2 === 0 ? 'GB' : 'MT',
    chipMinor,
    firstDepositMinor: chipMinor * BigInt(50 + random.below(250)) + BigInt(random.below(7)),
    scenes: planScenes(random, number, roundCount, planRound),
  }
}

/** Ordinary play and something special take turns; the special things go round, so none is left out. */
function planScenes(
  random: Random,
  number: number,
  roundCount: number,
  planRound: (nth: number) => PlannedRound,
): readonly ScenePlan[] {
  const special = scenarioNames.filter((name) => name !== 'play')
  const scenes: ScenePlan[] = []
  for (let left = roundCount; left > 0;) {
    const turn = scenes.length
    const scenario = turn % 2 === 0 ? 'play' : special[(number * 5 + (turn >> 1)) % special.length]
    const length = Math.min(left, scenario === 'play' ? 1 + random.below(4) : 2)
    const rounds = Array.from({ length }, (_, nth) => planRound(nth))
    scenes.push({ scenario: scenario ?? 'play', rounds })
    left -= length
  }
  return scenes
}
