import {
  coerceInputValue,
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  isInputType,
  type OperationDefinitionNode,
  typeFromAST,
} from '../graphql-js.ts'
import { badRequest, isApiError, type RefusedField } from '../errors.ts'
import { kindOf } from '../received.ts'
import { kindOfLiteral, pathTo } from './literals.ts'

/** Says of values that do not fit the schema which field they stand in and what rule they break. */

const FIELDS_MAX = 20
const TEXT_LENGTH_MAX = 200

/** The error of variables that do not fit; undefined when they fit. */
export function variablesRefused(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): GraphQLError | undefined {
  const fields: RefusedField[] = []
  for (const { variable, type: typeNode, defaultValue } of variableDefinitions) {
    const name = variable.name.value
    const type = typeFromAST(schema, typeNode)
    const value = variables[name]
    if (!isInputType(type) || (value === undefined && defaultValue !== undefined)) continue
    coerceInputValue(value, type, (path, received, error) => {
      fields.push(refused([name, ...path].join('.'), error, kindOf(received)))
    })
  }
  return fields.length === 0 ? undefined : refusal(fields)
}

/** The error of a literal that does not fit, out of what validation says of it. */
export function literalRefused(document: DocumentNode, error: GraphQLError): GraphQLError {
  if (isApiError(error)) return error
  const [node] = error.nodes ?? []
  const path = node === undefined ? undefined : pathTo(document, node)
  if (node === undefined || path === undefined) return badRequest(shortened(error.message))
  return refusal([refused(path, error, kindOfLiteral(node))])
}

function refusal(fields: readonly RefusedField[]): GraphQLError {
  const shown = fields.slice(0, FIELDS_MAX)
  return badRequest(shown.map(({ path, rule }) => `${path} ${rule}`).join('; '), shown)
}

function refused(path: string, error: GraphQLError, received: string): RefusedField {
  const { originalError } = error
  const { message } = originalError instanceof GraphQLError ? originalError : error
  return { path: shortened(path), rule: shortened(message), received }
}

/** Cuts what may quote the caller. */
export function shortened(text: string): string {
  return text.length <= TEXT_LENGTH_MAX ? text : `${text.slice(0, TEXT_LENGTH_MAX)}…`
}
