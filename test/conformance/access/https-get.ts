import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { request } from 'node:https'
import type { SecureNode } from './secure-node.ts'

export interface Answer {
  readonly code: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** Asks a secure node by HTTP/1.1; `auth` is `name:password`, `localAddress` who asks. */
export async function getSecurely(
  secure: SecureNode,
  path: string,
  auth?: string,
  localAddress = '127.0.0.1',
): Promise<Answer> {
  const sent = request({
    host: '127.0.0.1',
    localAddress,
    port: secure.node.port,
    path,
    ca: readFileSync(secure.certificateFile),
    agent: false,
    ...(auth !== undefined && { auth }),
  })
  sent.end()
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  const chunks = await response.toArray()
  const body = Buffer.concat(chunks as Buffer[]).toString()
  return { code: response.statusCode ?? 0, headers: response.headers, body }
}
