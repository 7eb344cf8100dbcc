import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Kysely } from 'kysely'
import type { Logger } from 'pino'
import type { Ledger } from '../ledger/index.ts'
import type { Projections, Schema } from '../projections/index.ts'
import { type AccessToken, callerLookup } from './access/tokens.ts'
import { createEngine } from './graphql/engine.ts'
import { createHandler } from './http/handler.ts'
import { showsThePresent } from './readiness.ts'

const BODY_BYTES_MAX = 100_000
const MIN_POSITION_TIMEOUT_MS = 5000
const GRACE_MS = 10_000
const SWEEP_MS = 50
const CONNECTIONS_MAX = 2000
const HEADER_BYTES_MAX = 8192
const HEADERS_TIMEOUT_MS = 10_000
const REQUEST_TIMEOUT_MS = 30_000
/** Longer than load balancers keep theirs, so that it is not closed under a request on its way. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000

export interface ApiOptions {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  readonly tokens: readonly AccessToken[]
  readonly ledger: Ledger
  readonly database: Kysely<Schema>
  readonly projections: Pick<Projections, 'status'>
  readonly logger: Logger
  /** How long queries wait for their `minPosition`. */
  readonly minPositionTimeoutMs?: number
}

export interface Api {
  /** Such as http://127.0.0.1:4000. */
  readonly url: string
  /** Takes no more requests, and waits for those under way: `graceMs` at most, 10 s when not given. */
  close(graceMs?: number): Promise<void>
}

/** Starts the API: GraphQL at `POST /graphql`, and the probes `/livez` and `/readyz`. */
export async function createApi(options: ApiOptions): Promise<Api> {
  const { host, port, ledger, database, projections, logger } = options
  const { minPositionTimeoutMs = MIN_POSITION_TIMEOUT_MS } = options
  let isClosing = false
  const handle = createHandler({
    bodyBytesMax: BODY_BYTES_MAX,
    callerOf: callerLookup(options.tokens),
    isReady: () => !isClosing && showsThePresent(projections),
    engine: createEngine(logger),
    contextOf: (caller, correlationId) => ({
      caller,
      correlationId,
      ledger,
      database,
      projections,
      minPositionTimeoutMs,
    }),
  })
  const server = boundedServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      failed(error, response, logger)
    })
  })
  server.listen({ host, port })
  await once(server, 'listening')
  return {
    url: urlOf(server, host),
    close: (graceMs = GRACE_MS) => {
      isClosing = true
      return closeWithin(server, graceMs)
    },
  }
}

type Listener = (request: IncomingMessage, response: ServerResponse) => void

function boundedServer(listener: Listener): Server {
  const server = createServer({
    maxHeaderSize: HEADER_BYTES_MAX,
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
  })
  server.maxConnections = CONNECTIONS_MAX
  // A body that is announced is taken only after its sender and its length have been looked at.
  return server.on('request', listener).on('checkContinue', listener)
}

/** Whatever gets past the GraphQL error mask: the caller learns the id of the log entry alone. */
function failed(error: unknown, response: ServerResponse, logger: Logger): void {
  const errorId = randomUUID()
  logger.error({ err: error, errorId }, 'a request failed')
  if (response.headersSent) {
    response.destroy()
    return
  }
  const extensions = { code: 'INTERNAL_SERVER_ERROR', errorId }
  const message = `Something went wrong here; its error id is ${errorId}`
  response.writeHead(500, { 'content-type': 'application/json; charset=utf-8' })
  response.end(JSON.stringify({ errors: [{ message, extensions }] }))
}

function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

async function closeWithin(server: Server, graceMs: number): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  // A connection that was busy just now is idle after its answer, and would be kept alive.
  const sweep = setInterval(() => {
    server.closeIdleConnections()
  }, SWEEP_MS)
  const deadline = setTimeout(() => {
    server.closeAllConnections()
  }, graceMs)
  await closed
  clearInterval(sweep)
  clearTimeout(deadline)
}
