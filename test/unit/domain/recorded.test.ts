import { fc } from '@fast-check/vitest'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { decodeEvent, encodeEvent, events, fold, UnreadableEvent } from '../../../domain/index.ts'
import { PlayedAccount } from '../../support/given-when-then.ts'
import { randomPlay } from './random-play.ts'

const recordedEvent = z.object({ type: z.string(), version: z.number(), data: z.unknown() })
type RecordedEvent = z.output<typeof recordedEvent>

/** Events as they were first stored. This file only ever grows: what it holds must decode for ever. */
const recordedV1 = z
  .array(recordedEvent)
  .parse(JSON.parse(readFileSync(new URL('events-v1.json', import.meta.url), 'utf8')))

const types = Object.keys(events) as readonly (keyof typeof events)[]

describe('events recorded in version 1', () => {
  it('are of every type there is', () => {
    expect(recordedV1.map(({ type }) => type).toSorted()).toStrictEqual(types.toSorted())
  })

  it.each(recordedV1)('$type is read, and stored as it was', ({ type, version, data }) => {
    const event = decodeEvent(type, version, data)
    expect(event.type).toBe(type)
    expect(encodeEvent(event)).toStrictEqual(data)
  })

  it('keep their amounts to the last digit', () => {
    const deposit = recorded('DepositSettled')
    const amount = { minor: '999999999999999999999999999', currency: 'ETH' }
    const event = decodeEvent('DepositSettled', 1, { ...dataOf(deposit), amount })
    expect(event).toMatchObject({ data: { amount: { minor: 10n ** 27n - 1n } } })
    expect(encodeEvent(event)).toMatchObject({ amount })
  })
})

describe('an event', () => {
  it('is the same after it was stored and read', () => {
    fc.assert(
      fc.property(randomPlay, (commands) => {
        const played = new PlayedAccount()
        for (const command of commands) played.execute(command)
        const stored = played.events.map((event) => JSON.stringify(encodeEvent(event)))
        const read = played.events.map(({ type, version }, nth) =>
          decodeEvent(type, version, JSON.parse(stored[nth] ?? '')),
        )
        expect(read).toStrictEqual(played.events)
        expect(fold(read)).toStrictEqual(played.account)
      }),
      { numRuns: 30 },
    )
  })
})

describe('an event that this release does not understand is refused', () => {
  const { version, data } = recorded('BetPlaced')

  it.each(['BetVoided', '', 'toString', '__proto__', 'constructor', 'x'.repeat(100_000)])(
    'when its type is %.20s',
    (type) => {
      expect(() => decodeEvent(type, version, data)).toThrow(UnreadableEvent)
      expect(() => decodeEvent(type, version, data)).toThrow(/^unknown event type .{0,80}$/)
    },
  )

  it.each([0, 2, -1, 1.5, Number.NaN])('when its version is %s', (unknownVersion) => {
    expect(() => decodeEvent('BetPlaced', unknownVersion, data)).toThrow(UnreadableEvent)
  })

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['text', 'BetPlaced'],
    ['a list', [data]],
    ['an empty object', {}],
    ['of another type', recorded('PlayerRegistered').data],
    ['with an amount that is a number', { ...dataOf(recorded('BetPlaced')), amount: 1 }],
    ['with minor units as a number', withAmount({ minor: 1, currency: 'EUR' })],
    ['with half a minor unit', withAmount({ minor: '1.5', currency: 'EUR' })],
    ['with minor units in hexadecimal', withAmount({ minor: '0x10', currency: 'EUR' })],
    ['with 39 digits', withAmount({ minor: '9'.repeat(39), currency: 'EUR' })],
    ['in an unknown currency', withAmount({ minor: '1', currency: 'XXX' })],
    ['with a session id that is none', { ...dataOf(recorded('BetPlaced')), sessionId: 's1' }],
  ])('when its data is malformed: %s', (_, malformed) => {
    expect(() => decodeEvent('BetPlaced', 1, malformed)).toThrow(UnreadableEvent)
  })

  it.each(recordedV1.flatMap((event) => withoutEachField(event)))(
    'when $type has lost its $field',
    ({ type, version: itsVersion, rest }) => {
      expect(() => decodeEvent(type, itsVersion, rest)).toThrow(UnreadableEvent)
    },
  )
})

function recorded(type: string): RecordedEvent {
  const event = recordedV1.find((candidate) => candidate.type === type)
  if (event === undefined) throw new Error(`events-v1.json has no ${type}`)
  return event
}

function dataOf({ data }: RecordedEvent): Record<string, unknown> {
  return z.record(z.string(), z.unknown()).parse(data)
}

function withAmount(amount: unknown): Record<string, unknown> {
  return { ...dataOf(recorded('BetPlaced')), amount }
}

function withoutEachField(event: RecordedEvent) {
  const data = dataOf(event)
  return Object.keys(data).map((field) => {
    const rest = Object.entries(data).filter(([name]) => name !== field)
    return { type: event.type, version: event.version, field, rest: Object.fromEntries(rest) }
  })
}
