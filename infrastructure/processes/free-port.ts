import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * A port on 127.0.0.1 nobody listens on now. Somebody may the next moment, so whoever uses it has to
 * try again with another; a program that can listen on port 0 and say what it got needs none of this.
 */
export async function freePort(): Promise<number> {
  const server = createServer().listen({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no TCP address')
  return address.port
}
