import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { externalId } from '../../domain/index.ts'
import type { Caller } from '../access/caller.ts'
import type { Engine } from '../graphql/engine.ts'
import type { RequestContext } from '../schema/request-context.ts'
import { declaresMoreThan, readBody } from './body.ts'
import { bodyTooLarge, notFound, onlyJson, onlyPost, unauthenticated } from './refusals.ts'
import { type Refusal, refuse } from './refuse.ts'

const JSON_PATTERN = /^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i

export interface HandlerOptions {
  readonly bodyBytesMax: number
  readonly callerOf: (authorization: string | undefined) => Caller | undefined
  readonly isReady: () => boolean
  readonly engine: Engine
  readonly contextOf: (caller: Caller, correlationId: string) => RequestContext
}

/** The way of a request: who sends it and of what form it is, before anything of its body is read. */
export function createHandler(options: HandlerOptions) {
  const { bodyBytesMax, callerOf, isReady } = options

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url?.split('?', 1)[0]
    if (path === '/livez') answerProbe(response, true)
    else if (path === '/readyz') answerProbe(response, isReady())
    else if (path === '/graphql') await answerGraphql(request, response)
    else refuse(request, response, notFound)
  }

  async function answerGraphql(request: IncomingMessage, response: ServerResponse) {
    const caller = callerOf(request.headers.authorization)
    if (caller === undefined) {
      refuse(request, response, unauthenticated)
      return
    }
    const refusal = formRefused(request, bodyBytesMax)
    if (refusal !== undefined) {
      refuse(request, response, refusal)
      return
    }
    if (expectsContinue(request)) response.writeContinue()
    const body = await readBody(request, bodyBytesMax)
    if (body.status === 'read') await execute(body.text, caller, request, response)
    if (body.status === 'too large') refuse(request, response, bodyTooLarge(bodyBytesMax))
  }

  async function execute(
    body: string,
    caller: Caller,
    request: IncomingMessage,
    response: ServerResponse,
  ) {
    const correlationId = correlationIdOf(request)
    const context = options.contextOf(caller, correlationId)
    const answer = await options.engine(body, request.headers.accept, context)
    response.writeHead(answer.status, {
      'content-type': answer.contentType,
      'content-length': Buffer.byteLength(answer.text),
      'x-request-id': correlationId,
      'cache-control': 'no-store',
    })
    response.end(answer.text)
  }
}

function formRefused(request: IncomingMessage, bodyBytesMax: number): Refusal | undefined {
  if (request.method !== 'POST') return onlyPost
  const { 'content-type': type = '', 'content-encoding': encoding } = request.headers
  if (!JSON_PATTERN.test(type) || encoding !== undefined) return onlyJson
  if (declaresMoreThan(bodyBytesMax, request)) return bodyTooLarge(bodyBytesMax)
  return undefined
}

function expectsContinue({ headers }: IncomingMessage): boolean {
  return headers.expect?.toLowerCase() === '100-continue'
}

/** The caller's own id of the request when it gives one that is fit for logs, else a new one. */
function correlationIdOf({ headers }: IncomingMessage): string {
  const given = externalId.safeParse(headers['x-request-id'])
  return given.success ? given.data : randomUUID()
}

function answerProbe(response: ServerResponse, isWell: boolean): void {
  response.writeHead(isWell ? 200 : 503, {
    'content-type': 'text/plain',
    'cache-control': 'no-store',
  })
  response.end(isWell ? 'ok\n' : 'not ready\n')
}
