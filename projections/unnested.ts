import { type RawBuilder, sql } from 'kysely'

/** Postgres types of columns that are written in sets. */
export type ColumnType =
  'boolean' | 'bigint' | 'integer' | 'numeric' | 'smallint' | 'text' | 'timestamptz' | 'uuid'

export type Columns<Row> = { readonly [Name in keyof Row & string]: ColumnType }

type Value = boolean | bigint | number | string | null

/**
 * Rows as a table named `given`, for statements on whole sets: one array a column, so that the
 * statement's text and plan do not depend on how many rows there are.
 */
export function unnested<Row extends Readonly<Record<keyof Row, Value>>>(
  columns: Columns<Row>,
  rows: readonly Row[],
): RawBuilder<unknown> {
  const arrays = namesOf(columns).map((name) => {
    const values = arrayLiteral(rows.map((row) => row[name]))
    return sql`${values}::${sql.raw(columns[name])}[]`
  })
  return sql`unnest(${sql.join(arrays)}) as given(${columnList(columns)})`
}

/** The columns by name, for `insert into table (...) select ...`. */
export function columnList(columns: Readonly<Record<string, ColumnType>>): RawBuilder<unknown> {
  return sql.join(Object.keys(columns).map((name) => sql.ref(name)))
}

/** `a = excluded.a, b = excluded.b`, for `on conflict do update set`. */
export function takenFromExcluded(names: readonly string[]): RawBuilder<unknown> {
  return sql.join(names.map((name) => sql`${sql.ref(name)} = excluded.${sql.ref(name)}`))
}

/** As Postgres writes arrays. pg's own way takes several times as long, which shows in catching up. */
function arrayLiteral(values: readonly Value[]): string {
  return `{${values.map(elementLiteral).join(',')}}`
}

function elementLiteral(value: Value): string {
  if (value === null) return 'NULL'
  if (typeof value !== 'string') return value.toString()
  return `"${/["\\]/.test(value) ? value.replaceAll(/["\\]/g, '\\$&') : value}"`
}

function namesOf<Row>(columns: Columns<Row>): (keyof Row & string)[] {
  return Object.keys(columns) as (keyof Row & string)[]
}
