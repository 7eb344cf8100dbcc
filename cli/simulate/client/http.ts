import { Agent, request as startRequest } from 'node:http'

/** A bounded pool of kept-alive connections to the API. */
export interface Connections {
  /**
   * Posts JSON and gives the body that comes back, whatever the HTTP status is.
   * @throws Error when nothing whole comes back in time: the request may or may not have arrived
   */
  post(body: string, token: string | undefined): Promise<string>
  close(): void
}

const ANSWER_BYTES_MAX = 16 * 1024 * 1024

/** Opens connections to `url`, at most `connectionsMax` at once. */
export function openConnections(
  url: string,
  connectionsMax: number,
  timeoutMs: number,
): Connections {
  const agent = new Agent({ keepAlive: true, maxSockets: connectionsMax })
  const target = new URL(url)
  return {
    post: (body, token) => post(target, agent, timeoutMs, body, token),
    close: () => {
      agent.destroy()
    },
  }
}

function post(
  target: URL,
  agent: Agent,
  timeoutMs: number,
  body: string,
  token: string | undefined,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs)
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    }
    const request = startRequest(target, { method: 'POST', agent, headers, signal }, (response) => {
      const chunks: Buffer[] = []
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk)
        bytes += chunk.length
        if (bytes > ANSWER_BYTES_MAX) response.destroy(new Error('the answer is too long'))
      })
      response.on('error', reject)
      response.on('end', () => {
        resolve(Buffer.concat(chunks).toString())
      })
      response.on('close', () => {
        if (!response.complete) reject(new Error('the answer broke off'))
      })
    })
    request.on('error', reject)
    request.end(body)
  })
}
