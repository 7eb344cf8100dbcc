import {
  type DocumentNode,
  type ExecutionArgs,
  getOperationAST,
  type GraphQLError,
  parse,
} from '../graphql-js.ts'
import { createYoga, type Plugin } from 'graphql-yoga'
import { LRUCache } from 'lru-cache'
import type { Logger } from 'pino'
import type { RequestContext } from '../schema/request-context.ts'
import { schema } from '../schema/schema.ts'
import { literalRefused, roundedNumbersRefused, variablesRefused } from './input-errors.ts'
import { limitsRule, TOKENS_MAX } from './limits.ts'
import { errorMask } from './masking.ts'

/** Texts of requests that are kept parsed and validated: characters of all of them together. */
const CACHED_TEXTS_LENGTH_MAX = 1_000_000

/** An answer as it goes over HTTP. */
export interface EngineAnswer {
  readonly status: number
  readonly contentType: string
  readonly text: string
}

/** Answers the JSON body of a request, whose sender is known, by GraphQL over HTTP. */
export type Engine = (
  body: string,
  accept: string | undefined,
  context: RequestContext,
) => Promise<EngineAnswer>

export function createEngine(logger: Logger): Engine {
  const yoga = createYoga<RequestContext>({
    schema,
    plugins: [limits, inputErrors],
    maskedErrors: { maskError: errorMask(logger) },
    parserAndValidationCache: { documentCache: textCache(), errorCache: textCache() },
    // The body is read, and within its bound, before it comes here: no second look at its length.
    maxRequestBodySize: false,
    batching: false,
    multipart: false,
    cors: false,
    graphiql: false,
    landingPage: false,
    logging: false,
  })
  return async (body, accept = 'application/json', context) => {
    const headers = { 'content-type': 'application/json', accept }
    const response = await yoga.fetch(
      'http://localhost/graphql',
      { method: 'POST', headers, body },
      context,
    )
    return {
      status: response.status,
      contentType: response.headers.get('content-type') ?? 'text/plain',
      text: await response.text(),
    }
  }
}

const limits: Plugin = {
  onParse: ({ setParseFn }) => {
    setParseFn((text: string) => parse(text, { maxTokens: TOKENS_MAX }))
  },
  onValidate: ({ addValidationRule }) => {
    addValidationRule(limitsRule)
  },
}

const inputErrors: Plugin = {
  onValidate: ({ params }) => {
    const document = params.documentAST as DocumentNode
    return ({ valid, result, setResult }) => {
      if (valid) return
      const errors = result as readonly GraphQLError[]
      setResult(errors.map((error) => literalRefused(document, error)))
    }
  },
  onExecute: ({ args, setResultAndStopExecution }) => {
    const { document, operationName, variableValues } = args as ExecutionArgs
    const rounded = roundedNumbersRefused(variableValues)
    if (rounded !== undefined) setResultAndStopExecution({ errors: [rounded] })
    return {
      onExecuteDone: ({ result, setResult }) => {
        if (rounded !== undefined || Symbol.asyncIterator in result || 'data' in result) return
        const operation = getOperationAST(document, operationName)
        const error = operation && variablesRefused(schema, operation, variableValues ?? {})
        if (error) setResult({ errors: [error] })
      },
    }
  },
}

function textCache<Value extends object>() {
  return new LRUCache<string, Value>({
    maxSize: CACHED_TEXTS_LENGTH_MAX,
    sizeCalculation: (_value, text) => text.length + 1,
  })
}
