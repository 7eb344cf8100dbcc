import { type EventStoreDBClient, END, BACKWARDS, jsonEvent } from '@eventstore/db-client'
import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EventStoreNode, startEventStoreNode } from '../../support/event-store-node.ts'
import { clientOf, collect, numbered, revisions } from './client.ts'

let node: EventStoreNode
let client: EventStoreDBClient

beforeAll(async () => {
  node = await startEventStoreNode()
  client = clientOf(node)
})

afterAll(async () => {
  await client.dispose()
  await node.stop()
})

describe('stream metadata', () => {
  it('is kept as given, and its own revisions are counted', async () => {
    const metadata = {
      maxAge: 9,
      maxCount: 7,
      cacheControl: 5,
      acl: { readRoles: ['$all'] },
      own: 'x',
    }
    expect((await client.getStreamMetadata('none')).metadata).toBeUndefined()
    const first = await client.setStreamMetadata('kept', { maxCount: 1 })
    const second = await client.setStreamMetadata('kept', metadata, { expectedRevision: 0n })
    expect([first.nextExpectedRevision, second.nextExpectedRevision]).toEqual([0n, 1n])
    const read = await client.getStreamMetadata('kept')
    expect(read.metadata).toEqual(metadata)
    expect(await revisions(client.readStream('$$kept'))).toEqual([1])
  })

  it.each([
    ['maxCount', { maxCount: 3 }, [7, 8, 9]],
    ['truncateBefore', { truncateBefore: 6 }, [6, 7, 8, 9]],
    ['both', { maxCount: 3, truncateBefore: 6 }, [7, 8, 9]],
    ['truncateBefore past the end', { truncateBefore: 50 }, []],
    ['values below one', { maxCount: 0 }, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
  ])('hides events: %s', async (_, metadata, visible) => {
    const stream = `hidden-${randomUUID()}`
    await client.appendToStream(stream, numbered(10))
    await client.setStreamMetadata(stream, metadata)
    expect(await revisions(client.readStream(stream))).toEqual(visible)
    const backwards = { direction: BACKWARDS, fromRevision: END } as const
    expect(await revisions(client.readStream(stream, backwards))).toEqual(visible.toReversed())
    const fromOne = client.readStream(stream, { fromRevision: 1n, maxCount: 100 })
    expect(await revisions(fromOne)).toEqual(visible.filter((revision) => revision >= 1))
    const next = await client.appendToStream(stream, numbered(1))
    expect(next.nextExpectedRevision).toBe(10n)
  })

  it('hides events by age, and a stream with none left still exists', async () => {
    const stream = `aged-${randomUUID()}`
    await client.appendToStream(stream, numbered(2))
    await client.setStreamMetadata(stream, { maxAge: 1 })
    expect(await revisions(client.readStream(stream))).toEqual([0, 1])
    await setTimeout(1_200)
    await client.appendToStream(stream, numbered(1))
    expect(await revisions(client.readStream(stream))).toEqual([2])
    await setTimeout(1_200)
    expect(await revisions(client.readStream(stream))).toEqual([])
  })

  it('that is no JSON says nothing', async () => {
    const stream = `odd-${randomUUID()}`
    await client.appendToStream(stream, numbered(3))
    await client.appendToStream(`$$${stream}`, [jsonEvent({ type: '$metadata', data: 'odd' })])
    expect(await revisions(client.readStream(stream))).toEqual([0, 1, 2])
  })

  it('makes a stream exist for those who expect one', async () => {
    const stream = `meta-only-${randomUUID()}`
    await client.setStreamMetadata(stream, { own: 1 })
    const appended = await client.appendToStream(stream, numbered(1), {
      expectedRevision: 'stream_exists',
    })
    expect(appended.nextExpectedRevision).toBe(0n)
  })

  it('holds after a restart', async () => {
    const stream = `restarted-${randomUUID()}`
    await client.appendToStream(stream, numbered(5))
    await client.setStreamMetadata(stream, { maxCount: 2 })
    await client.dispose()
    await node.restart()
    client = clientOf(node)
    expect(await revisions(client.readStream(stream))).toEqual([3, 4])
  })
})

describe('links', () => {
  it('are followed when asked', async () => {
    const run = randomUUID()
    await client.appendToStream(`target-${run}`, numbered(2))
    const { id } = await appendLink(`links-${run}`, `1@target-${run}`)
    const [resolved] = await collect(client.readStream(`links-${run}`, { resolveLinkTos: true }))
    expect(resolved?.event).toMatchObject({ streamId: `target-${run}`, revision: 1n })
    expect(resolved?.link).toMatchObject({ streamId: `links-${run}`, revision: 0n, id })
    expect(resolved?.commitPosition).toBe(resolved?.link?.position?.commit)
    const [raw] = await collect(client.readStream(`links-${run}`))
    expect(raw?.event).toMatchObject({ type: '$>', id })
    expect(raw?.link).toBeUndefined()
  })

  it.each([
    ['to nothing', '0@nowhere'],
    ['to a revision that is not', '9@gone'],
    ['to a deleted stream', '0@gone'],
    ['that are none', 'nonsense'],
  ])('%s come without an event', async (_, data) => {
    await client.appendToStream('gone', numbered(1))
    await client.deleteStream('gone')
    const stream = `dangling-${randomUUID()}`
    const { id } = await appendLink(stream, data)
    const [resolved] = await collect(client.readStream(stream, { resolveLinkTos: true }))
    expect(resolved?.event).toBeUndefined()
    expect(resolved?.link).toMatchObject({ id })
  })

  /** The data of a link is plain text, which the client sends only as bytes. */
  async function appendLink(stream: string, data: string) {
    const bytes = new TextEncoder().encode(data)
    const event = {
      id: randomUUID(),
      type: '$>',
      data: bytes,
      contentType: 'application/octet-stream',
    } as const
    await client.appendToStream(stream, [{ ...event, metadata: undefined }])
    return event
  }
})
