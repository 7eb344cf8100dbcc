import { describe, expect, it } from 'vitest'
import { collect, newStream, numbered } from '../events.ts'
import { connect } from '../public-client.ts'
import { serveForTests } from '../served.ts'
import { secureNodeForTests } from './secure-node.ts'

const served = serveForTests()
const secure = secureNodeForTests()

/** Appends and reads through a client that has to find the node first. */
async function use(connectionString: string): Promise<number> {
  const client = connect(connectionString)
  try {
    const stream = newStream('found')
    await client.appendToStream(stream, numbered(2))
    return (await collect(client.readStream(stream))).length
  } finally {
    await client.dispose()
  }
}

describe('discovery', () => {
  it('finds the node by esdb+discover', async () => {
    const { port } = served.node
    expect(await use(`esdb+discover://127.0.0.1:${port}?tls=false`)).toBe(2)
  })

  it('finds the node among several hosts of which others are down', async () => {
    const { port } = served.node
    const hosts = `127.0.0.1:1,127.0.0.1:${port},127.0.0.1:2`
    expect(await use(`esdb://${hosts}?tls=false&maxDiscoverAttempts=20`)).toBe(2)
  })

  it.each(['leader', 'follower', 'random'])('finds the node preferring: %s', async (preference) => {
    const { port } = served.node
    const query = `tls=false&nodePreference=${preference}`
    expect(await use(`esdb+discover://127.0.0.1:${port}?${query}`)).toBe(2)
  })

  it('needs no user, as on a server with its defaults', async () => {
    const address = secure.address('alice').replace('esdb:', 'esdb+discover:')
    expect(await use(address)).toBe(2)
  })
})
