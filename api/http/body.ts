import type { IncomingMessage } from 'node:http'

/** What became of reading a body: its text, or why there is none. */
export type Body =
  | { readonly status: 'read'; readonly text: string }
  | { readonly status: 'too large' }
  | { readonly status: 'broken off' }

/** Whether a request says beforehand that its body is longer than `bytesMax`. */
export function declaresMoreThan(bytesMax: number, { headers }: IncomingMessage): boolean {
  return Number(headers['content-length'] ?? 0) > bytesMax
}

/** Reads a body; stops listening as soon as it is longer than `bytesMax`. */
export function readBody(request: IncomingMessage, bytesMax: number): Promise<Body> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let bytes = 0
    const settle = (body: Body) => {
      request.off('data', take).off('end', finish).off('close', breakOff).off('error', breakOff)
      resolve(body)
    }
    const take = (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > bytesMax) settle({ status: 'too large' })
      else chunks.push(chunk)
    }
    const finish = () => {
      settle({ status: 'read', text: Buffer.concat(chunks).toString() })
    }
    const breakOff = () => {
      settle({ status: 'broken off' })
    }
    request.on('data', take).on('end', finish).on('close', breakOff).on('error', breakOff)
  })
}
