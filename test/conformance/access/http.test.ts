import { describe, expect, it } from 'vitest'
import { numbered } from '../events.ts'
import { serveForTests } from '../served.ts'
import { getSecurely } from './https-get.ts'
import { secureNodeForTests } from './secure-node.ts'

const served = serveForTests()
const secure = secureNodeForTests()

function ask(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`http://127.0.0.1:${served.node.port}${path}`, init)
}

describe('HTTP/1.1 on the port of gRPC', () => {
  it('GET /ping answers that the node is there', async () => {
    const response = await ask('/ping')
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toContain('application/json')
    expect(await response.json()).toEqual({
      msgTypeId: expect.any(Number) as number,
      text: 'Ping request successfully handled',
    })
  })

  it('GET and HEAD /health/live answer 204, or the code asked for', async () => {
    expect((await ask('/health/live')).status).toBe(204)
    expect((await ask('/health/live', { method: 'HEAD' })).status).toBe(204)
    expect((await ask('/health/live?liveCode=200')).status).toBe(200)
    expect((await ask('/health/live?liveCode=99')).status).toBe(204)
  })

  it('GET /gossip tells of one member, the leader, where it is and how far its log goes', async () => {
    const gossip = async () => (await (await ask('/gossip')).json()) as { members: object[] }
    const before = await gossip()
    await served.client.appendToStream('gossip', numbered(1))
    const after = await gossip()
    const { port } = served.node
    expect(after).toMatchObject({
      members: [
        {
          instanceId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
          epochId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
          state: 'Leader',
          isAlive: true,
          httpEndPointIp: '127.0.0.1',
          httpEndPointPort: port,
          isReadOnlyReplica: false,
        },
      ],
      serverIp: '127.0.0.1',
      serverPort: port,
    })
    expect(positionIn(after)).toBeGreaterThan(positionIn(before))
  })

  it('other paths are not found, other methods not allowed', async () => {
    expect((await ask('/streams/x')).status).toBe(404)
    expect((await ask('/__proto__')).status).toBe(404)
    expect((await ask('/ping', { method: 'POST', body: 'x' })).status).toBe(405)
    expect((await ask('/health/live', { method: 'DELETE' })).status).toBe(405)
  })

  it('many requests go over one connection, beside the calls of clients', async () => {
    for (let count = 0; count < 50; count += 1) {
      const [response] = await Promise.all([
        ask('/ping'),
        served.client.appendToStream('beside', numbered(1)),
      ])
      expect(response.status).toBe(200)
      await response.text()
    }
  })
})

describe('HTTP/1.1 over TLS', () => {
  it('answers without a user what tells nothing', async () => {
    expect((await getSecurely(secure, '/ping')).code).toBe(200)
    expect((await getSecurely(secure, '/gossip')).code).toBe(200)
    expect((await getSecurely(secure, '/health/live')).code).toBe(204)
  })

  it('answers 401 to wrong credentials and asks for Basic ones', async () => {
    const answer = await getSecurely(secure, '/ping', 'alice:wrong')
    expect(answer.code).toBe(401)
    expect(answer.headers['www-authenticate']).toMatch(/^Basic /)
    expect((await getSecurely(secure, '/gossip', 'alice:wrong')).code).toBe(401)
    expect((await getSecurely(secure, '/gossip', 'alice:alice-password')).code).toBe(200)
  })

  it('is not spoken in cleartext', async () => {
    await expect(fetch(`http://127.0.0.1:${secure.node.port}/ping`)).rejects.toThrow('fetch failed')
  })
})

function positionIn({ members }: { members: object[] }): number {
  return Number(Reflect.get(members[0] ?? {}, 'lastCommitPosition'))
}
