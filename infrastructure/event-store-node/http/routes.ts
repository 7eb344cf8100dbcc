import { Metadata, status } from '@grpc/grpc-js'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import type { Access } from '../access/access.ts'
import { setCallerAddress } from '../access/caller-address.ts'
import type { ClusterMember } from '../services/cluster-member.ts'
import { toRpcError } from '../services/streams/to-rpc-error.ts'
import { unauthenticated } from '../wire/rpc-error.ts'
import { gossipJson } from './gossip-json.ts'

export interface RouteParts {
  readonly access: Access
  readonly member: ClusterMember
  readonly logger: Logger
  /** False once the node is shutting down. */
  readonly isLive: () => boolean
}

type Route = (parts: RouteParts, request: IncomingMessage, response: ServerResponse) => unknown

const ROUTES: Readonly<Record<string, Route>> = {
  '/ping': ping,
  '/gossip': gossip,
  '/health/live': healthLive,
}
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/
const METHODS = new Set(['GET', 'HEAD'])

/** Answers the HTTP/1.1 requests that an EventStoreDB answers and the node has something to say to. */
export function httpRoutes(parts: RouteParts): RequestListener {
  return (request, response) => void serve(parts, request, response)
}

async function serve(
  parts: RouteParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const route = ROUTES[pathOf(request)]
  try {
    if (route === undefined) answer(response, 404)
    else if (!METHODS.has(request.method ?? '')) answer(response, 405, { allow: 'GET, HEAD' })
    else await route(parts, request, response)
  } catch (error) {
    refuse(response, error, parts.logger)
  }
}

function healthLive({ isLive }: RouteParts, request: IncomingMessage, response: ServerResponse) {
  const query = new URLSearchParams(request.url?.split('?', 2)[1])
  const asked = query.get('liveCode') ?? ''
  const liveCode = /^[2-5]\d\d$/.test(asked) ? Number(asked) : 204
  answer(response, isLive() ? liveCode : 503)
}

async function ping({ access }: RouteParts, request: IncomingMessage, response: ServerResponse) {
  await access.authenticate(metadataOf(request))
  answerJson(response, { msgTypeId: 0, text: 'Ping request successfully handled' })
}

async function gossip(
  { access, member }: RouteParts,
  request: IncomingMessage,
  response: ServerResponse,
) {
  access.checkGossip(await access.authenticate(metadataOf(request)))
  answerJson(response, gossipJson(member))
}

function pathOf({ url }: IncomingMessage): string {
  const path = (url ?? '/').split('?', 1)[0] ?? '/'
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
}

function metadataOf({ headers, socket }: IncomingMessage): Metadata {
  const { authorization } = headers
  const metadata = new Metadata()
  setCallerAddress(metadata, socket.remoteAddress)
  if (authorization === undefined) return metadata
  if (!PRINTABLE_ASCII.test(authorization)) throw unauthenticated()
  metadata.set('authorization', authorization)
  return metadata
}

function answerJson(response: ServerResponse, body: object): void {
  const text = JSON.stringify(body)
  answer(response, 200, { 'content-type': 'application/json; charset=utf-8' }, text)
}

function answer(
  response: ServerResponse,
  code: number,
  headers: Readonly<Record<string, string>> = {},
  body = '',
): void {
  const length = code === 204 ? {} : { 'content-length': Buffer.byteLength(body) }
  response.writeHead(code, { ...headers, ...length, 'cache-control': 'no-store' })
  response.end(body)
}

function refuse(response: ServerResponse, error: unknown, logger: Logger): void {
  const { code } = toRpcError(error, logger)
  if (code === status.UNAUTHENTICATED || code === status.PERMISSION_DENIED) {
    answer(response, 401, { 'www-authenticate': 'Basic realm="ES", charset="UTF-8"' })
  } else {
    answer(response, code === status.UNAVAILABLE ? 503 : 500)
  }
}
