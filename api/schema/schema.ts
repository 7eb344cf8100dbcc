import { printSchema as print } from '../graphql-js.ts'
import '../commands/index.ts'
import '../queries/index.ts'
import { builder } from './builder.ts'

/** The whole schema. */
export const schema = builder.toSchema()

/** The schema in its definition language, as it stands in schema.graphql. */
export function printSchema(): string {
  return `${print(schema)}\n`
}
