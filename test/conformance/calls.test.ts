import { describe, expect, it } from 'vitest'
import { failure } from './errors.ts'
import { CLASSIC, collect, newStream, numbered, revisions, streamOf } from './events.ts'
import { hear } from './hearing.ts'
import { module, name, type PublicClient } from './public-client.ts'
import { serveForTests } from './served.ts'

const { DeadlineExceededError, END } = module
const served = serveForTests()

describe('a call whose deadline has passed', () => {
  it.each<[string, (client: PublicClient, stream: string) => Promise<unknown>]>([
    [
      'a batch append',
      (client, stream) => client.appendToStream(stream, numbered(1), { deadline: -1_000 }),
    ],
    [
      'a classic append',
      (client, stream) =>
        client.appendToStream(stream, numbered(1), { ...CLASSIC, deadline: -1_000 }),
    ],
    ['a deletion', (client, stream) => client.deleteStream(stream, { deadline: -1_000 })],
    ['a tombstone', (client, stream) => client.tombstoneStream(stream, { deadline: -1_000 })],
  ])('is refused and changes nothing: %s', async (_, call) => {
    const { client } = served
    const stream = await streamOf(client, 1)
    expect(await failure(call(client, stream))).toBeInstanceOf(DeadlineExceededError)
    const next = await client.appendToStream(stream, numbered(1))
    expect(next.nextExpectedRevision).toBe(1n)
  })

  it('leaves other calls of the same client alone', async () => {
    const { client } = served
    const streams = Array.from({ length: 20 }, (_, index) => newStream(`mixed-${index}`))
    const appends = streams.map((stream, index) =>
      client.appendToStream(stream, numbered(1), index % 2 === 0 ? { deadline: -1_000 } : {}),
    )
    const results = await Promise.allSettled(appends)
    const isKept = results.map(({ status }) => status === 'fulfilled')
    expect(isKept).toEqual(streams.map((_, index) => index % 2 === 1))
  })
})

describe('a client', () => {
  it('that asks for the leader finds it here', async () => {
    const { client } = served
    const stream = newStream('leader')
    const options = { requiresLeader: true }
    for (const path of [{}, CLASSIC]) {
      await client.appendToStream(stream, numbered(2), { ...options, ...path })
    }
    expect(await revisions(client.readStream(stream, options))).toEqual([0, 1, 2, 3])
    const hearing = hear(client.subscribeToStream(stream, options))
    await hearing.untilEvents(4)
    await client.deleteStream(stream, options)
    await client.tombstoneStream(stream, options)
    expect(String(await hearing.untilError())).toContain('deleted')
  })

  it('that goes away in the middle of reads and subscriptions harms nobody', async () => {
    const passing = served.connect()
    const stream = await streamOf(served.client, 2_000)
    const subscriptions = Array.from({ length: 20 }, () =>
      hear(passing.subscribeToAll({ fromPosition: END })),
    )
    for (const hearing of subscriptions) await hearing.untilCaughtUp()
    for await (const { event } of passing.readStream(stream)) {
      if (event?.revision === 5n) break
    }
    await passing.dispose()
    expect(await revisions(served.client.readStream(stream))).toHaveLength(2_000)
    expect(served.node.log).not.toMatch(/MaxListeners|"level":[56]0/)
  })

  it('with a hundred appends and reads under way gets an answer to each', async () => {
    const { client } = served
    const streams = Array.from({ length: 100 }, (_, index) => newStream(`many-${index}`))
    await Promise.all(streams.map((stream) => client.appendToStream(stream, numbered(3))))
    const reads = await Promise.all(streams.map((stream) => collect(client.readStream(stream))))
    expect(reads.map((read) => read.length)).toEqual(streams.map(() => 3))
  })
})

describe('an append to several streams at once', () => {
  it.runIf(name === '@kurrent/kurrentdb-client').each([
    ['multiStreamAppend', '25.1'],
    ['appendRecords', '26.1'],
  ])('by %s is unknown to a server of this version', async (method, minimumVersion) => {
    const call: unknown = Reflect.get(served.client, method)
    expect(call).toBeInstanceOf(Function)
    const append = (call as (this: PublicClient, ...lists: unknown[]) => Promise<unknown>).bind(
      served.client,
    )
    const error = await failure(append([], []))
    expect(error).toMatchObject({ type: 'unsupported', minimumVersion })
  })
})

describe('$all', () => {
  it.each<[string, (client: PublicClient) => Promise<unknown>]>([
    ['written to', (client) => client.appendToStream('$all', numbered(1))],
    ['written to, classic', (client) => client.appendToStream('$all', numbered(1), CLASSIC)],
    ['deleted', (client) => client.deleteStream('$all')],
    ['tombstoned', (client) => client.tombstoneStream('$all')],
  ])('cannot be %s', async (_, call) => {
    const error = await failure(call(served.client))
    expect(String(error)).toContain("'$all' cannot be written to or deleted")
  })
})

describe('a metastream', () => {
  it('cannot be deleted by itself', async () => {
    const { client } = served
    for (const removal of [client.deleteStream('$$x'), client.tombstoneStream('$$x')]) {
      expect(String(await failure(removal))).toContain('INVALID_ARGUMENT')
    }
  })
})
