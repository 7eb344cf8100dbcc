import type { Projections, ProjectorState } from '../projections/index.ts'

/** Queries that are older than this are not worth sending here. */
const LAG_MS_MAX = 10_000

/** Whether the read models show the present, as far as this process keeps them up to date. */
export function showsThePresent(projections: Pick<Projections, 'status'>): boolean {
  return projections
    .status()
    .every(({ state, lagMs = 0 }) => isRunning(state) && lagMs <= LAG_MS_MAX)
}

function isRunning(state: ProjectorState): boolean {
  return state === 'live' || state === 'standing-by'
}
