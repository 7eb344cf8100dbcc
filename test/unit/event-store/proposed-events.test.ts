import streams from '@eventstore/db-client/generated/streams_pb.js'
import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { AppendRefused, type NewEvent } from '../../../infrastructure/event-store/port.ts'
import { proposeEvents } from '../../../infrastructure/event-store/proposed-events.ts'

const event: NewEvent = { id: randomUUID(), type: 'Tested', data: { a: 1 }, metadata: { b: 2 } }
const circular: Record<string, unknown> = {}
circular['self'] = circular

/** An event as careless code may hand it over, past the compiler. */
function careless(fields: Record<string, unknown>): NewEvent {
  return { ...event, id: randomUUID(), ...fields }
}

const limits = { maxAppendBytes: 1024 * 1024, maxRequestBytes: 1024 * 1024 }

/** The proposed messages of all batches, as another codec reads them. */
function messagesOf(batches: readonly Buffer[]) {
  return batches.map((batch) =>
    streams.BatchAppendReq.deserializeBinary(batch).getProposedMessagesList(),
  )
}

test('events keep their ids, types and contents, and are weighed', () => {
  const { batches, bytes } = proposeEvents('stream', [event], 'any', limits)
  const message = messagesOf(batches)[0]?.[0]
  expect(message?.getId()?.getString()).toBe(event.id)
  expect(message?.getMetadataMap().toObject()).toEqual([
    ['content-type', 'application/json'],
    ['type', 'Tested'],
  ])
  expect(Buffer.from(message?.getData_asU8() ?? []).toString()).toBe('{"a":1}')
  expect(Buffer.from(message?.getCustomMetadata_asU8() ?? []).toString()).toBe('{"b":2}')
  expect(bytes).toBe(batches[0]?.length)
})

test('data may be as large as the limit, in bytes', () => {
  const data = { text: 'é'.repeat(10) }
  const size = Buffer.byteLength(JSON.stringify(data))
  const propose = (maxAppendBytes: number) =>
    proposeEvents('stream', [careless({ data })], 'any', { ...limits, maxAppendBytes })
  expect(() => propose(size)).not.toThrow()
  expect(() => propose(size - 1)).toThrow(`their data has ${size} bytes, more than ${size - 1}`)
})

test('30,000 small events pass as one append', () => {
  const many = Array.from({ length: 30_000 }, () => careless({ data: { n: '0123456789' } }))
  const { batches } = proposeEvents('stream', many, 'any', limits)
  expect(messagesOf(batches).flat()).toHaveLength(30_000)
})

test('a large append is divided between events, in order, at the bound of a request', () => {
  const many = Array.from({ length: 20 }, (_, n) =>
    careless({ data: { n, text: 'x'.repeat(n === 7 ? 5_000 : 200) } }),
  )
  const { batches, bytes } = proposeEvents('stream', many, 'any', {
    ...limits,
    maxRequestBytes: 1_000,
  })
  const ids = messagesOf(batches).map((list) => list.map((message) => message.getId()?.getString()))
  expect(ids.flat()).toEqual(many.map(({ id }) => id))
  // An event that is larger than the bound goes alone.
  expect(batches.filter(({ length }) => length > 1_000)).toHaveLength(1)
  expect(ids.filter((list) => list.includes(many[7]?.id))).toHaveLength(1)
  expect(batches.reduce((sum, { length }) => sum + length, 0)).toBe(bytes)
})

describe('an append is refused, by the name of the field, when', () => {
  const refusals: [string, () => unknown, string][] = [
    ['the stream has no name', () => propose({ stream: '' }), 'stream: must not be empty'],
    ['the stream is the system’s', () => propose({ stream: '$all' }), 'stream: names that begin'],
    ['the revision is negative', () => propose({ revision: -1n }), 'expectedRevision: must not'],
    ['there is no event', () => propose({ events: [] }), 'events: an append needs'],
    ['an id comes twice', () => propose({ events: [event, event] }), 'events: two of them'],
    ['an id is no UUID', () => propose({ events: [careless({ id: '7' })] }), 'events[0].id'],
    ['an id is nil', () => propose({ events: [careless({ id: nil })] }), 'events[0].id'],
    ['a type is empty', () => propose({ events: [careless({ type: '' })] }), 'events[0].type'],
    ['a type is the system’s', () => propose({ events: [careless({ type: '$>' })] }), '[0].type'],
    [
      'data is a list',
      () => propose({ events: [event, careless({ data: [] })] }),
      'events[1].data',
    ],
    [
      'data is no object as JSON',
      () => propose({ events: [careless({ data: new Date(0) })] }),
      '[0].data',
    ],
    [
      'the revision is too large',
      () => propose({ revision: 2n ** 63n }),
      'expectedRevision: must be',
    ],
    ['data holds a bigint', () => propose({ events: [careless({ data: { n: 1n } })] }), '[0].data'],
    ['data is circular', () => propose({ events: [careless({ data: circular })] }), '[0].data'],
    ['metadata is missing', () => propose({ events: [careless({ metadata: null })] }), '.metadata'],
    ['metadata is huge', () => propose({ events: [careless({ metadata: huge })] }), 'metadata has'],
  ]
  test.each(refusals)('%s', (_, act, rule) => {
    expect(act).toThrow(AppendRefused)
    expect(act).toThrow(rule)
  })
})

const nil = '00000000-0000-0000-0000-000000000000'
const huge = { text: 'x'.repeat(9 * 1024 * 1024) }

function propose({
  stream = 'stream',
  events = [event],
  revision = 0n,
}: {
  stream?: string
  events?: readonly NewEvent[]
  revision?: bigint
}): unknown {
  return proposeEvents(stream, events, revision, limits)
}
