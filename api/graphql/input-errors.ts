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
/** No input of the schema nests deeper. */
const VARIABLES_DEPTH_MAX = 8
const TEXT_LENGTH_MAX = 300
const LONG_QUOTATION = /("[^"]{40})[^"]+"/g

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

/**
 * The error of variables with whole numbers so large that reading JSON has rounded them: as ids they
 * would silently stand for others. Undefined when there are none.
 */
export function roundedNumbersRefused(variables: unknown): GraphQLError | undefined {
  const paths = roundedNumbers(variables, VARIABLES_DEPTH_MAX)
  if (paths.length === 0) return undefined
  const rule = 'must be a string: so large a JSON number loses digits'
  return refusal(paths.map((path) => ({ path: shortened(path), rule, received: 'number' })))
}

function roundedNumbers(value: unknown, levels: number): readonly string[] {
  if (typeof value !== 'object' || value === null || levels === 0) return []
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) => {
    if (Number.isInteger(inner)) return Number.isSafeInteger(inner) ? [] : [name]
    return roundedNumbers(inner, levels - 1).map((path) => `${name}.${path}`)
  })
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

/** Cuts what quotes the caller, so that nothing huge is echoed. */
export function shortened(text: string): string {
  const quotedShort = text.replaceAll(LONG_QUOTATION, '$1…"')
  return quotedShort.length <= TEXT_LENGTH_MAX
    ? quotedShort
    : `${quotedShort.slice(0, TEXT_LENGTH_MAX)}…`
}
