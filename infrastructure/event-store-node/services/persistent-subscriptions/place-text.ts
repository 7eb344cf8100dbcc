import { revisionText } from '../../storage/revision.ts'
import { ALL } from './group-definition.ts'

const POSITION = /^C:(-?\d{1,19})\/P:(-?\d{1,19})$/
const REVISION = /^-?\d{1,19}$/

/** A place as the protocol prints it: a revision, of `$all` commit and prepare position. */
export function placeText(streamName: string, place: number, prepare = place): string {
  return streamName === ALL ? `C:${place}/P:${prepare}` : revisionText(place)
}

/** Reads what `placeText` printed; undefined when it is neither. */
export function parsePlace(text: string): { place: number; prepare: number } | undefined {
  const [, commit, prepare] = POSITION.exec(text) ?? []
  if (commit !== undefined) return { place: Number(commit), prepare: Number(prepare) }
  return REVISION.test(text) ? { place: Number(text), prepare: Number(text) } : undefined
}
