import type { Bench } from './harness/index.ts'

/** The benches by name, in the order in which `all` runs them; each is loaded when it is wanted. */
export const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  append: async () => (await import('./append/index.ts')).bench,
  read: async () => (await import('./read/index.ts')).bench,
  bets: async () => (await import('./bets/index.ts')).bench,
  'node-growth': async () => (await import('./node-growth/index.ts')).bench,
}
