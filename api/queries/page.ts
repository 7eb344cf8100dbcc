import { z } from 'zod'
import { validInput } from '../input.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'

/** Pages of Relay connections over keysets: a page costs the same wherever in the list it is. */

export const PAGE_LENGTH_MAX = 100
export const PAGE_LENGTH_DEFAULT = 20

/** A list that is paged: its name stands in its cursors, its key orders it and is unique. */
export interface PagedList<Row> {
  readonly name: string
  readonly keyLength: number
  keyOf(row: Row): readonly bigint[]
}

/** A part of a list: at most `limit` rows between two keys, from the start or from the end. */
export interface PageWish {
  readonly limit: number
  readonly fromEnd: boolean
  readonly after?: readonly bigint[]
  readonly before?: readonly bigint[]
}

const pageLength = z
  .number()
  .min(0, 'must not be negative')
  .max(PAGE_LENGTH_MAX, `must be at most ${PAGE_LENGTH_MAX}`)
  .nullish()
const connectionArguments = z
  .object({
    first: pageLength,
    last: pageLength,
    after: z.string().nullish(),
    before: z.string().nullish(),
  })
  .refine(({ first, last }) => first == null || last == null, {
    path: ['last'],
    message: 'must not be given together with first',
  })
export type ConnectionArguments = z.input<typeof connectionArguments>

/**
 * Reads a page: `read` is asked for one row more than the page has, to know whether more follow.
 * @throws GraphQLError BAD_USER_INPUT for a length out of bounds or a cursor of another list
 */
export async function pageOf<Row>(
  list: PagedList<Row>,
  given: ConnectionArguments,
  read: (wish: PageWish) => Promise<readonly Row[]>,
) {
  const { first, last, after, before } = validInput(connectionArguments, given)
  const limit = first ?? last ?? PAGE_LENGTH_DEFAULT
  const fromEnd = last != null
  const keyAt = (cursor: string, path: string) =>
    decodeCursor(list.name, list.keyLength, cursor, path)
  const rows = await read({
    limit: limit + 1,
    fromEnd,
    ...(after == null ? {} : { after: keyAt(after, 'after') }),
    ...(before == null ? {} : { before: keyAt(before, 'before') }),
  })
  const more = rows.length > limit
  const edges = inListOrder(rows.slice(0, limit), fromEnd).map((node) => ({
    node,
    cursor: encodeCursor(list.name, list.keyOf(node)),
  }))
  return {
    edges,
    pageInfo: {
      hasNextPage: fromEnd ? before != null : more,
      hasPreviousPage: fromEnd ? more : after != null,
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  }
}

function inListOrder<Row>(rows: readonly Row[], fromEnd: boolean): readonly Row[] {
  return fromEnd ? rows.toReversed() : rows
}

/** What a page costs: each of its fields once for each of its rows. */
export function pageComplexity({ first, last }: ConnectionArguments) {
  return { field: 1, multiplier: first ?? last ?? PAGE_LENGTH_DEFAULT }
}
