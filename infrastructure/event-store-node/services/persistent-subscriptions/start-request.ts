import type { shared } from '../../wire/codecs.ts'
import { invalidArgument } from '../../wire/rpc-error.ts'
import { FROM_END, FROM_START, type StartFrom } from './start-from.ts'

const UINT64_MAX = '18446744073709551615'
const INT64_MAX = 2n ** 63n - 1n
/** Stands for a number that is no place at all. */
const NO_PLACE = -2

interface StreamOptions {
  hasRevision(): boolean
  getRevision(): string
  hasStart(): boolean
  hasEnd(): boolean
  getStreamIdentifier(): shared.StreamIdentifier | undefined
}

interface AllOptions {
  getPosition(): { getCommitPosition(): string; getPreparePosition(): string } | undefined
  hasStart(): boolean
  hasEnd(): boolean
}

/** From which revision a group on a stream starts. Throws INVALID_ARGUMENT when that is not said. */
export function streamStartIn(options: StreamOptions): StartFrom {
  if (options.hasStart()) return FROM_START
  if (options.hasEnd()) return FROM_END
  if (options.hasRevision()) return revisionStart(options.getRevision())
  throw invalidArgument('a revision to start from is required')
}

/** From which position a group on `$all` starts. Throws INVALID_ARGUMENT when that is not said. */
export function allStartIn(options: AllOptions): StartFrom {
  if (options.hasStart()) return FROM_START
  if (options.hasEnd()) return FROM_END
  const position = options.getPosition()
  if (position === undefined) throw invalidArgument('a position to start from is required')
  return {
    place: placeIn(position.getCommitPosition()),
    prepare: placeIn(position.getPreparePosition()),
  }
}

/** A revision as older clients give it: the largest number of all means the end. */
export function revisionStart(text: string): StartFrom {
  const place = placeIn(text)
  return { place, prepare: place }
}

function placeIn(text: string): number {
  if (text === UINT64_MAX) return FROM_END.place
  return BigInt(text) > INT64_MAX ? NO_PLACE : Number(text)
}
