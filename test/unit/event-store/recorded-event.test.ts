import { describe, expect, test } from 'vitest'
import type { ReceivedEvent } from '../../../infrastructure/event-store/codec/read-response.ts'
import { StoredEventUnreadable } from '../../../infrastructure/event-store/index.ts'
import { recordedEvent } from '../../../infrastructure/event-store/reading/recorded-event.ts'

const received: ReceivedEvent = {
  id: 'e6a1c1f2-6d5f-4c59-9d0d-3f6f7f6e5d4c',
  stream: 'account-1',
  revision: 3n,
  position: 77n,
  type: 'BetPlaced',
  isJson: true,
  created: '17640000000001239',
  data: '{"amount":"900719925474099267"}',
  metadata: '{"actor":"somebody"}',
}

test('an event has all its parts, as fields and as JSON', () => {
  const event = recordedEvent(received)
  const parts = {
    id: received.id,
    stream: 'account-1',
    revision: 3n,
    position: 77n,
    type: 'BetPlaced',
    data: { amount: '900719925474099267' },
    metadata: { actor: 'somebody' },
    recordedAt: new Date(1_764_000_000_000),
  }
  expect(event).toMatchObject(parts)
  expect((event as unknown as { toJSON(): unknown }).toJSON()).toEqual(parts)
})

test('its contents are parsed once, when they are looked at', () => {
  const event = recordedEvent(received)
  expect(event.data).toBe(event.data)
  expect(event.metadata).toBe(event.metadata)
  expect(recordedEvent({ ...received, metadata: '' }).metadata).toEqual({})
})

test('JSON with space around it is an object all the same', () => {
  const event = recordedEvent({ ...received, data: ' {"a":1}\n', metadata: '\t{"b":2} ' })
  expect([event.data, event.metadata]).toEqual([{ a: 1 }, { b: 2 }])
})

describe('what is no JSON object is refused with its place', () => {
  test.each<[string, Partial<ReceivedEvent>, string]>([
    ['binary data', { isJson: false }, 'data of event 3 of stream account-1 is binary'],
    ['no data', { data: '' }, 'data of event 3 of stream account-1 is not a JSON object'],
    ['a list', { data: '[1]' }, 'data of event 3'],
    ['half an object', { data: '{"a":' }, 'data of event 3'],
    ['a text as metadata', { metadata: '"a"' }, 'metadata of event 3'],
  ])('%s, at once', (_, fields, reason) => {
    expect(() => recordedEvent({ ...received, ...fields })).toThrow(reason)
    expect(() => recordedEvent({ ...received, ...fields })).toThrow(StoredEventUnreadable)
  })

  test('what only looks like an object, when it is looked at', () => {
    const event = recordedEvent({ ...received, data: '{"a":}', metadata: '{b}' })
    expect(() => event.data).toThrow(StoredEventUnreadable)
    expect(() => event.metadata).toThrow('metadata of event 3 of stream account-1')
    expect(event.position).toBe(77n)
  })
})
