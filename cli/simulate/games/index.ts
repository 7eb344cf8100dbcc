export type { Game, PlayedRound } from './game.ts'
export { roulette } from './roulette.ts'
export { slot } from './slot.ts'
