import { type RawBuilder, sql } from 'kysely'

/** The most rows of one page. */
export const PAGE_LENGTH_MAX = 100

/**
 * Which rows of a list in ascending order of its key: the `first` after a key, or the `last` before one
 * (as in the Relay connection specification). Both keys may be given as bounds.
 */
export interface PageRequest<Key> {
  readonly take: { readonly first: number } | { readonly last: number }
  readonly after?: Key
  readonly before?: Key
}

export interface Page<Row> {
  /** In ascending order of the key, whichever end they were counted from. */
  readonly rows: readonly Row[]
  readonly hasPreviousPage: boolean
  readonly hasNextPage: boolean
}

/** The values of a key, in the order of its columns. */
export type KeyValues = readonly (bigint | number)[]

/**
 * Reads a page by its key: `from` is a select with a where clause and without order, `key` its columns
 * of numbers that are unique together.
 *
 * @throws RangeError when it asks for less than one row or for more than PAGE_LENGTH_MAX
 */
export async function readPage<Row>(
  select: (clauses: RawBuilder<unknown>) => Promise<readonly Row[]>,
  key: readonly string[],
  { take, after, before }: PageRequest<KeyValues>,
): Promise<Page<Row>> {
  const backwards = 'last' in take
  const length = backwards ? take.last : take.first
  if (!Number.isSafeInteger(length) || length < 1 || length > PAGE_LENGTH_MAX) {
    throw new RangeError(`a page has 1 to ${PAGE_LENGTH_MAX} rows, not ${length}`)
  }
  const rows = await select(sql`
    ${beyond(key, '>', after)} ${beyond(key, '<', before)}
    order by ${ordered(key, backwards)}
    limit ${length + 1}`)
  const page = rows.slice(0, length)
  const hasMore = rows.length > length
  return {
    rows: backwards ? page.toReversed() : page,
    hasPreviousPage: backwards ? hasMore : after !== undefined,
    hasNextPage: backwards ? before !== undefined : hasMore,
  }
}

function beyond(
  key: readonly string[],
  comparison: '<' | '>',
  bound: KeyValues | undefined,
): RawBuilder<unknown> {
  if (bound === undefined) return sql``
  const columns = sql.join(key.map((name) => sql.ref(name)))
  const values = sql.join(bound.map(boundValue))
  return sql`and (${columns}) ${sql.raw(comparison)} (${values})`
}

/** Positions are numeric, so that one beyond any that is stored is no error. */
function boundValue(value: bigint | number): RawBuilder<unknown> {
  return typeof value === 'bigint' ? sql`${value}::numeric` : sql`${value}::integer`
}

function ordered(key: readonly string[], backwards: boolean): RawBuilder<unknown> {
  const direction = sql.raw(backwards ? 'desc' : 'asc')
  return sql.join(key.map((name) => sql`${sql.ref(name)} ${direction}`))
}
