import { z } from 'zod'
import { type Page, PAGE_LENGTH_MAX, type PageRequest } from '../../projections/index.ts'
import { validInput } from '../input.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'

/** Relay connections over keysets: a page costs the same wherever in the list it is. */

export const PAGE_LENGTH_DEFAULT = 20

/** A list that is paged by a key. Its name stands in its cursors, so that no other list takes them. */
export interface PagedList<Row, Key> {
  readonly name: string
  readonly maxima: readonly bigint[]
  /** The key of a row, as it stands in cursors. */
  numbersOf(row: Row): readonly bigint[]
  keyOf(numbers: readonly bigint[]): Key
}

const pageLength = z
  .number()
  .min(1, 'must be at least 1')
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
 * Answers a connection: without `first` and `last` the first rows.
 * @throws GraphQLError BAD_USER_INPUT for a length out of bounds or a cursor that is not of this list
 */
export async function pageOf<Row, Key>(
  list: PagedList<Row, Key>,
  given: ConnectionArguments,
  read: (request: PageRequest<Key>) => Promise<Page<Row>>,
) {
  const { first, last, after, before } = validInput(connectionArguments, given)
  const keyAt = (cursor: string, path: string) =>
    list.keyOf(decodeCursor(list.name, list.maxima, cursor, path))
  const { rows, hasNextPage, hasPreviousPage } = await read({
    take: last == null ? { first: first ?? PAGE_LENGTH_DEFAULT } : { last },
    ...(after == null ? {} : { after: keyAt(after, 'after') }),
    ...(before == null ? {} : { before: keyAt(before, 'before') }),
  })
  const edges = rows.map((node) => ({
    node,
    cursor: encodeCursor(list.name, list.numbersOf(node)),
  }))
  const startCursor = edges.at(0)?.cursor ?? null
  const endCursor = edges.at(-1)?.cursor ?? null
  return { edges, pageInfo: { hasNextPage, hasPreviousPage, startCursor, endCursor } }
}

/** What a page costs: each of its fields once for each of its rows. */
export function pageComplexity({ first, last }: ConnectionArguments) {
  return { field: 1, multiplier: first ?? last ?? PAGE_LENGTH_DEFAULT }
}
