import { compileFilter, type EventFilter, type Matches } from '../../reading/filter.ts'
import { EXPRESSION_LENGTH_MAX } from '../../reading/linear-expression.ts'
import type { ReadAllOptions } from '../../reading/read-options.ts'
import { PAGE_RECORDS_MAX } from '../../storage/reader.ts'
import type { StoredRecord } from '../../storage/record.ts'
import type { Store } from '../../storage/store.ts'
import { invalidArgument } from '../../wire/rpc-error.ts'
import { type EventForm, type ReadResponses, sendRecords } from './read-responses.ts'
import { Turn } from './turn.ts'

/** Reads `$all` as it is now: forwards from a position on, or backwards from before one. */
export async function readAll(
  store: Store,
  options: ReadAllOptions & EventForm,
  responses: ReadResponses,
): Promise<void> {
  const { direction } = options
  const isForwards = direction === 'forwards'
  const matches = matcherFor(options.filter)
  const end = store.writer.lastPosition
  let next = placeOf(options.from, end)
  let left = options.countMax
  while (left > 0 && responses.isOpen) {
    const limit = Math.min(options.filter === undefined ? left : PAGE_RECORDS_MAX, PAGE_RECORDS_MAX)
    const page = store.reader.logPage(next, direction, limit)
    const wanted = await matchingIn(page, matches, end, left)
    await sendRecords(wanted, options, responses)
    left -= wanted.length
    const last = page.at(-1)
    if (last === undefined || (isForwards && last.position >= end)) return
    next = isForwards ? last.position + 1 : last.position
  }
}

/** The records up to a position that match, `countMax` at most. */
async function matchingIn(
  page: readonly StoredRecord[],
  matches: Matches,
  end: number,
  countMax: number,
): Promise<StoredRecord[]> {
  const turn = new Turn()
  const matching: StoredRecord[] = []
  for (const record of page) {
    if (record.position > end || matching.length >= countMax) continue
    if (matches(record)) matching.push(record)
    if (turn.isOver) await turn.next()
  }
  return matching
}

/** The test of a filter, true for all without one. Throws INVALID_ARGUMENT. */
export function matcherFor(filter: EventFilter | undefined): Matches {
  if (filter === undefined) return () => true
  try {
    return compileFilter(filter)
  } catch {
    throw invalidArgument(
      'the regular expression of the filter is not understood, or cannot be matched in linear ' +
        'time: references back, looking around and counts above 16 are refused, and so is what ' +
        `exceeds ${EXPRESSION_LENGTH_MAX} characters with its counts written out`,
    )
  }
}

function placeOf(from: ReadAllOptions['from'], end: number): number {
  if (from === 'start') return 0
  return from === 'end' ? end + 1 : from
}
