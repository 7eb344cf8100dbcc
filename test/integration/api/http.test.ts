import { once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask, jsonBy, send } from './client.ts'
import { eventCount } from './events.ts'
import { callers, type House, startHouse } from './house.ts'

/** What is refused before GraphQL executes anything: senders, forms and sizes of requests. */

let house: House

beforeAll(async () => {
  house = await startHouse()
})

afterAll(async () => {
  await house.stop()
})

const post = (headers: Record<string, string>, body: string) =>
  send(house, { method: 'POST', headers, body })
const query = JSON.stringify({ query: '{ projections { name } }' })
const json = { 'content-type': 'application/json' }
type Write = (chunk: Buffer, written: (error?: Error | null) => void) => void

describe('a sender', () => {
  const { token } = callers.operator
  const wrong: readonly (readonly [string, Record<string, string>])[] = [
    ['without a token', {}],
    ['with an empty token', { authorization: 'Bearer ' }],
    ['with a token of nobody', { authorization: `Bearer ${token.slice(1)}` }],
    ['with a token that is malformed', { authorization: `Bearer ${token} x` }],
    ['with a token in quotes', { authorization: `Bearer "${token}"` }],
    ['with a token of another scheme', { authorization: `Basic ${token}` }],
    ['with the hash of a token', { authorization: `Bearer ${'0'.repeat(64)}` }],
    ['with a huge token', { authorization: `Bearer ${'x'.repeat(4000)}` }],
  ]

  test.each(wrong)('%s is not authenticated', async (_name, headers) => {
    const introspection = JSON.stringify({ query: '{ __schema { types { name } } }' })
    for (const body of [query, introspection, '{', 'x'.repeat(1_000_000)]) {
      expect(await post({ ...json, ...headers }, body)).toMatchObject({
        status: 401,
        errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
      })
    }
  })

  test('is told how to authenticate', async () => {
    const response = await fetch(`${house.api.url}/graphql`, { method: 'POST', body: query })
    expect(response.headers.get('www-authenticate')).toContain('Bearer')
  })

  test('with a token, and whatever case of its scheme, is let in', async () => {
    const headers = { ...json, authorization: `bearer ${token}` }
    expect(await post(headers, query)).toMatchObject({ status: 200, data: {} })
  })

  test('may look into the schema with a token', async () => {
    expect(await ask(house, 'acme', '{ __schema { queryType { name } } }')).toMatchObject({
      data: { __schema: { queryType: { name: 'Query' } } },
    })
  })
})

describe('a body', () => {
  const tooLarge = {
    status: 413,
    errors: [{ extensions: { code: 'BAD_USER_INPUT', fields: [{ path: 'body' }] } }],
  }

  test('of 10 MB is refused at once, and nothing happens', async () => {
    const before = await eventCount(house)
    const body = JSON.stringify({ query: `{ ${'x'.repeat(10_000_000)} }` })
    const startedAt = performance.now()

    expect(await post(jsonBy('operator'), body)).toMatchObject(tooLarge)
    expect(performance.now() - startedAt).toBeLessThan(2000)
    expect(await eventCount(house)).toBe(before)
  })

  test('of 10 MB is refused to a caller that sends all of it before it listens, too', async () => {
    const { hostname, port } = new URL(house.api.url)
    const socket = connect({ host: hostname, port: Number(port) }).pause()
    const headers = { ...jsonBy('operator'), host: hostname, 'content-length': '10000000' }
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    socket.write(`POST /graphql HTTP/1.1\r\n${lines.join('')}\r\n`)
    await promisify(socket.write.bind(socket) as Write)(Buffer.alloc(10_000_000, 'x'))

    const answer = await text(socket)
    expect(answer).toMatch(/^HTTP\/1.1 413 /)
    expect(answer).toContain('BAD_USER_INPUT')
  })

  test('of 10 MB in chunks of unknown number is refused', async () => {
    const chunk = new Uint8Array(100_000).fill(120)
    let sent = 0
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        if (++sent > 100) controller.close()
        else controller.enqueue(chunk)
      },
    })
    const init = { method: 'POST', headers: jsonBy('operator'), body, duplex: 'half' as const }

    expect(await send(house, init)).toMatchObject(tooLarge)
  })

  test('that is announced is refused before it is sent', async () => {
    const announced = request(`${house.api.url}/graphql`, {
      method: 'POST',
      headers: { ...jsonBy('operator'), expect: '100-continue', 'content-length': 10_000_000 },
    })
    let mayContinue = false
    announced.on('continue', () => {
      mayContinue = true
    })
    announced.flushHeaders()
    const [response] = (await once(announced, 'response')) as [{ statusCode: number }]
    announced.on('error', () => undefined).destroy()

    expect(response.statusCode).toBe(413)
    expect(mayContinue).toBe(false)
  })

  test('that is announced and small enough is asked for', async () => {
    const announced = request(`${house.api.url}/graphql`, {
      method: 'POST',
      headers: { ...jsonBy('operator'), expect: '100-continue', 'content-length': query.length },
    })
    announced.on('continue', () => {
      announced.end(query)
    })
    announced.flushHeaders()
    const [response] = (await once(announced, 'response')) as [
      { statusCode: number; resume(): void },
    ]
    response.resume()

    expect(response.statusCode).toBe(200)
  })

  test('just below the limit is read', async () => {
    const body = JSON.stringify({
      query: '{ projections { name } }',
      extensions: { x: 'x'.repeat(99_000) },
    })
    expect(await post(jsonBy('operator'), body)).toMatchObject({ status: 200 })
  })

  test.each(['{', '', 'null', '"text"', '{"query": 1}', '{"query": "{", "variables": "x"}'])(
    'that is no request: %s',
    async (body) => {
      const answer = await post(jsonBy('operator'), body)
      expect(answer.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
      expect(answer.data).toBeUndefined()
    },
  )

  test('of many requests is refused', async () => {
    expect(await post(jsonBy('operator'), `[${query},${query}]`)).toMatchObject({
      errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
    })
  })

  test.each([
    'text/plain',
    'application/graphql',
    'multipart/form-data',
    'application/json; charset=latin1',
  ])('of type %s is refused', async (type) => {
    const headers = { ...jsonBy('operator'), 'content-type': type }
    expect(await post(headers, query)).toMatchObject({
      status: 415,
      errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
    })
  })

  test('that is compressed is refused', async () => {
    const headers = { ...jsonBy('operator'), 'content-encoding': 'gzip' }
    expect(await post(headers, query)).toMatchObject({ status: 415 })
  })
})

describe('a method', () => {
  test.each(['GET', 'PUT', 'DELETE'])(
    '%s is refused, for mutations first of all',
    async (method) => {
      const before = await eventCount(house)
      const mutation =
        'mutation{registerPlayer(input:{idempotencyKey:"k",currency:"EUR",jurisdiction:MT}){__typename}}'
      const path = `/graphql?query=${encodeURIComponent(mutation)}`

      expect(await send(house, { method, headers: jsonBy('operator') }, path)).toMatchObject({
        status: 405,
      })
      expect(await eventCount(house)).toBe(before)
    },
  )

  test('without a token tells nothing', async () => {
    expect(await send(house, { method: 'GET' })).toMatchObject({ status: 401 })
  })
})

describe('a text', () => {
  const fragments = Array.from(
    { length: 30 },
    (_, n) =>
      `fragment F${n} on Query { ${n === 29 ? 'projections { name }' : `...F${n + 1} `.repeat(3)} }`,
  )
  const bombs: readonly (readonly [string, string])[] = [
    ['too deep', `{ __schema { types { ${'ofType { '.repeat(30)} name ${'}'.repeat(30)} } } }`],
    [
      'with too many aliases',
      `{ ${Array.from({ length: 31 }, (_, n) => `a${n}: __typename`).join(' ')} }`,
    ],
    ['with too many fields at its root', `{ ${'__typename '.repeat(21)} }`],
    ['with too many tokens', `{ ${'__typename '.repeat(2000)} }`],
    ['with too many directives', `{ __typename ${'@include(if: true) '.repeat(31)} }`],
    ['whose fragments multiply', `{ ...F0 } ${fragments.join(' ')}`],
    [
      'whose fragments contain themselves',
      '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }',
    ],
    [
      'that costs too much',
      `{ player(id: "6f9619ff-8b86-4d01-b42d-00cf4fc964ff") {
          rounds(first: 100) { edges { node { transactions(first: 100) { edges { node {
            amount { amount } balanceBefore { amount } } } } } } } } }`,
    ],
  ]

  test.each(bombs)('%s is refused quickly', async (_name, bomb) => {
    const startedAt = performance.now()
    const answer = await ask(house, 'operator', bomb)

    expect(answer.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
    expect(answer.data ?? {}).not.toHaveProperty('player.id')
    expect(performance.now() - startedAt).toBeLessThan(1000)
  })

  test('that tools ask the schema with is no bomb', async () => {
    const { getIntrospectionQuery } = await import('graphql')
    expect(await ask(house, 'analyst', getIntrospectionQuery())).toMatchObject({
      data: { __schema: { mutationType: { name: 'Mutation' } } },
    })
  })

  test('answers in the media type that is asked for, with its status', async () => {
    const headers = { ...jsonBy('operator'), accept: 'application/graphql-response+json' }
    expect(await post(headers, JSON.stringify({ query: '{ nothing }' }))).toMatchObject({
      status: 400,
      errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
    })
  })
})

describe('probes', () => {
  test('need no token and tell nothing else', async () => {
    const probe = async (path: string) => {
      const response = await fetch(house.api.url + path)
      return [response.status, await response.text()]
    }

    expect(await probe('/livez')).toStrictEqual([200, 'ok\n'])
    await expect.poll(() => probe('/readyz')).toStrictEqual([200, 'ok\n'])
  })

  test('other paths are not there', async () => {
    expect(await send(house, {}, '/')).toMatchObject({ status: 404 })
    expect(await send(house, {}, '/graphql/x')).toMatchObject({ status: 404 })
  })
})
