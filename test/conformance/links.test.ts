import type { EventData } from '@eventstore/db-client'
import { randomUUID } from 'node:crypto'
import { describe, expect, it, vi } from 'vitest'
import { collect, newStream, numbered, streamOf } from './events.ts'
import { module } from './public-client.ts'
import { serveForTests } from './served.ts'
import { streamThatIs } from './stream-states.ts'

const { BACKWARDS, END } = module
const served = serveForTests()

/** The data of a link is plain text, which clients send only as bytes. */
function linkEvent(data: string): EventData {
  return {
    id: randomUUID(),
    type: '$>',
    contentType: 'application/octet-stream',
    data: new TextEncoder().encode(data),
    metadata: undefined,
  }
}

describe('a link', () => {
  it('is followed when asked, and shown as it is otherwise', async () => {
    const { client } = served
    const [target, links] = [await streamOf(client, 2), newStream('links')]
    const link = linkEvent(`1@${target}`)
    await client.appendToStream(links, link)
    const [resolved] = await collect(client.readStream(links, { resolveLinkTos: true }))
    expect(resolved?.event).toMatchObject({ streamId: target, revision: 1n, data: { number: 1 } })
    expect(resolved?.link).toMatchObject({ streamId: links, revision: 0n, id: link.id, type: '$>' })
    expect(resolved?.commitPosition).toBe(resolved?.link?.position?.commit)
    const [raw] = await collect(client.readStream(links))
    expect(raw?.event).toMatchObject({ type: '$>', id: link.id })
    expect(raw?.link).toBeUndefined()
  })

  it('may lie among other events, and its target have an @ in its name', async () => {
    const { client } = served
    const [target, links] = [`at@${newStream('target')}`, newStream('links')]
    await client.appendToStream(target, numbered(1))
    await client.appendToStream(links, [...numbered(1), linkEvent(`0@${target}`), ...numbered(1)])
    const options = { resolveLinkTos: true, direction: BACKWARDS, fromRevision: END } as const
    const read = await collect(client.readStream(links, options))
    expect(read.map(({ event }) => event?.streamId)).toEqual([links, target, links])
    expect(read.map(({ link }) => link?.revision)).toEqual([undefined, 1n, undefined])
  })

  it.each<[string, (gone: string) => string]>([
    ['to a stream that is not', () => '0@nowhere'],
    ['to a revision that is not', (gone) => `9@${gone}`],
    ['that is none', () => 'nonsense'],
    ['that is empty', () => ''],
  ])('%s comes without an event', async (_, dataFor) => {
    const { client } = served
    const links = newStream('dangling')
    const link = linkEvent(dataFor(await streamOf(client, 1)))
    await client.appendToStream(links, link)
    const [resolved] = await collect(client.readStream(links, { resolveLinkTos: true }))
    expect(resolved?.event).toBeUndefined()
    expect(resolved?.link).toMatchObject({ id: link.id })
  })

  it.each<[string, (links: string) => string]>([
    ['to a name too long for any stream', () => `0@${'x'.repeat(5_000)}`],
    ['to a name too long for any metastream', () => `0@$$${'x'.repeat(1_500)}`],
    ['to a name that only metastreams begin with', () => '0@$$'],
    ['to a revision beyond all', (links) => `9999999999999999999@${links}`],
  ])('%s keeps nobody from reading on', async (_, dataFor) => {
    const { client } = served
    const links = newStream('unfit')
    const data = dataFor(links)
    const { position } = await client.appendToStream(links, [linkEvent(data), ...numbered(1)])
    const fromPosition = position ?? 'start'
    const read = await collect(client.readStream(links, { resolveLinkTos: true }))
    expect(read.map(({ event }) => event?.type)).toEqual([undefined, 'Numbered'])
    const all = await collect(
      client.readAll({
        direction: BACKWARDS,
        fromPosition: END,
        maxCount: 2,
        resolveLinkTos: true,
      }),
    )
    expect(all.map(({ event }) => event?.type)).toEqual(['Numbered', undefined])
    const heard: unknown[] = []
    const subscription = client.subscribeToAll({ fromPosition, resolveLinkTos: true })
    subscription.on('data', ({ event }) => heard.push(event?.type))
    await client.appendToStream(links, [linkEvent(data), ...numbered(1, 1, 'Last')])
    await vi.waitFor(() => {
      expect(heard).toEqual([undefined, 'Last'])
    })
    await subscription.unsubscribe()
  })

  it.each(['soft-deleted', 'tombstoned', 'undeleted'] as const)(
    'to a deleted event comes without it: the stream is %s',
    async (state) => {
      const { client } = served
      const links = newStream('deleted')
      await client.appendToStream(links, linkEvent(`0@${await streamThatIs(state, client)}`))
      const [resolved] = await collect(client.readStream(links, { resolveLinkTos: true }))
      expect(resolved?.event).toBeUndefined()
      expect(resolved?.link).toBeDefined()
    },
  )

  it('to an event that retention hides comes without it', async () => {
    const { client } = served
    const [target, links] = [await streamOf(client, 3), newStream('hidden')]
    await client.setStreamMetadata(target, { maxCount: 1 })
    await client.appendToStream(links, [linkEvent(`0@${target}`), linkEvent(`2@${target}`)])
    const read = await collect(client.readStream(links, { resolveLinkTos: true }))
    expect(read.map(({ event }) => event?.revision)).toEqual([undefined, 2n])
  })

  it('to a link is followed once', async () => {
    const { client } = served
    const [links, chain] = [newStream('links'), newStream('chain')]
    await client.appendToStream(links, linkEvent(`0@${await streamOf(client, 1)}`))
    await client.appendToStream(chain, linkEvent(`0@${links}`))
    const [resolved] = await collect(client.readStream(chain, { resolveLinkTos: true }))
    expect(resolved?.event).toMatchObject({ streamId: links, type: '$>' })
  })

  it('is followed in $all too, where the target is besides', async () => {
    const { client } = served
    const [target, links] = [newStream('target'), newStream('links')]
    const { position } = await client.appendToStream(target, numbered(1))
    await client.appendToStream(links, linkEvent(`0@${target}`))
    const fromPosition = position ?? 'start'
    const read = await collect(client.readAll({ fromPosition, resolveLinkTos: true }))
    expect(read.map(({ event }) => event?.streamId)).toEqual([target, target])
    expect(read.map(({ link }) => link?.streamId)).toEqual([undefined, links])
    const raw = await collect(client.readAll({ fromPosition }))
    expect(raw.map(({ event }) => event?.type)).toEqual(['Numbered', '$>'])
  })

  it('is followed by subscriptions, while catching up and live', async () => {
    const { client } = served
    const [target, links] = [await streamOf(client, 2), newStream('links')]
    await client.appendToStream(links, [linkEvent(`0@${target}`), linkEvent('0@nowhere')])
    const heard: unknown[] = []
    const subscription = client.subscribeToStream(links, { resolveLinkTos: true })
    subscription.on('data', ({ event, link }) => heard.push([event?.streamId, link?.revision]))
    await vi.waitFor(() => {
      expect(heard).toHaveLength(2)
    })
    await client.appendToStream(links, linkEvent(`1@${target}`))
    await vi.waitFor(() => {
      expect(heard).toEqual([
        [target, 0n],
        [undefined, 1n],
        [target, 2n],
      ])
    })
    await subscription.unsubscribe()
  })
})
