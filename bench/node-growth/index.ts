import type { Bench, BenchContext, BenchOutcome } from '../harness/index.ts'
import { growFolders } from './grow.ts'
import { measureAppends, measureStarts } from './measure.ts'
import { outcomeOf } from './outcome.ts'
import { FULL, QUICK } from './sizes.ts'

/** Whether a node's memory, start-up time and append rate depend on how many events it holds. */
export const bench: Bench = { name: 'node-growth', run }

async function run({ isQuick, parts, say }: BenchContext): Promise<BenchOutcome> {
  const sizes = isQuick ? QUICK : FULL
  const folders = await growFolders(sizes, parts, say)
  say('starting nodes')
  const startsMs = await measureStarts(folders, sizes, parts)
  say('appending')
  return outcomeOf(startsMs, await measureAppends(folders, sizes, parts))
}
