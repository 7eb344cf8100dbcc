import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ErrorCode, RefusedField } from '../errors.ts'

/** A request refused before GraphQL sees it; the body has the shape of a GraphQL error. */
export interface Refusal {
  readonly status: number
  readonly code: ErrorCode
  readonly message: string
  readonly fields?: readonly RefusedField[]
  readonly headers?: Readonly<Record<string, string>>
}

const LINGER_BYTES_MAX = 32 * 1024 * 1024
const LINGER_MS_MAX = 3000

/**
 * Answers with a refusal. What still comes of the request is thrown away unread, within bounds, before
 * the connection is closed: closed at once, the caller would lose the answer with the connection.
 */
export function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  { status, code, message, fields, headers }: Refusal,
): void {
  const extensions = { code, ...(fields === undefined ? {} : { fields }) }
  const answer = JSON.stringify({ errors: [{ message, extensions }] })
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(answer),
    connection: 'close',
    ...headers,
  })
  response.write(answer)
  endWhenSent(request, response)
}

function endWhenSent(request: IncomingMessage, response: ServerResponse): void {
  let bytesLeft = LINGER_BYTES_MAX
  const end = () => {
    clearTimeout(deadline)
    request.off('data', discard).off('end', end).off('close', end).off('error', end)
    response.end()
  }
  const discard = (chunk: Buffer) => {
    bytesLeft -= chunk.length
    if (bytesLeft < 0) end()
  }
  const deadline = setTimeout(end, LINGER_MS_MAX)
  if (request.readableEnded || request.destroyed) end()
  else request.on('data', discard).on('end', end).on('close', end).on('error', end)
}
