/** Where a group starts when it has no checkpoint, as its creator said it. */
export interface StartFrom {
  /** A revision, of `$all` a commit position: that of the first event wanted. -1: the end. */
  readonly place: number
  /** Of `$all`, the prepare position; else the same as `place`. */
  readonly prepare: number
}

export const FROM_START: StartFrom = { place: 0, prepare: 0 }
export const FROM_END: StartFrom = { place: -1, prepare: -1 }

const INVALID = 'Invalid Start From position'

/** What a real server says of a revision that is none to start from, or undefined. */
export function flawOfRevision({ place }: StartFrom): string | undefined {
  if (place >= FROM_END.place) return undefined
  return `${INVALID}: event number must be greater than or equal to -1.`
}

/** What a real server says of a position in `$all` that is none to start from, or undefined. */
export function flawOfPosition({ place, prepare }: StartFrom, end: number): string | undefined {
  if (prepare > place) {
    return `${INVALID}: prepare position must be less than or equal to the commit position.`
  }
  if (place > end) {
    return (
      `${INVALID}: commit position must be less than or equal to the last commit position ` +
      'in the transaction file.'
    )
  }
  const isEnd = place === FROM_END.place && prepare === FROM_END.prepare
  if (isEnd || prepare >= 0) return undefined
  return (
    `${INVALID}: prepare and commit positions must be greater than or equal to 0 ` +
    'or both equal to -1.'
  )
}
