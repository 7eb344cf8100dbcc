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

test('events keep their ids, types and data, and are weighed', () => {
  const { events, bytes } = proposeEvents('stream', [event], 'any', 1_000)
  expect(events[0]).toMatchObject({ id: event.id, type: 'Tested', data: { a: 1 } })
  expect(Buffer.from(events[0]?.metadata as Uint8Array).toString()).toBe('{"b":2}')
  expect(bytes).toBeGreaterThan('{"a":1}{"b":2}'.length)
})

test('data may be as large as the limit, in bytes', () => {
  const data = { text: 'é'.repeat(10) }
  const size = Buffer.byteLength(JSON.stringify(data))
  expect(() => proposeEvents('stream', [careless({ data })], 'any', size)).not.toThrow()
  expect(() => proposeEvents('stream', [careless({ data })], 'any', size - 1)).toThrow(
    `their data has ${size} bytes, more than ${size - 1}`,
  )
})

test('30,000 small events pass as one append', () => {
  const many = Array.from({ length: 30_000 }, () => careless({ data: { n: '0123456789' } }))
  expect(proposeEvents('stream', many, 'any', 1024 * 1024).events).toHaveLength(30_000)
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
  return proposeEvents(stream, events, revision, 1024 * 1024)
}
