import { describe, expect, it } from 'vitest'
import {
  compileFilter,
  type EventFilter,
} from '../../../infrastructure/event-store-node/reading/filter.ts'
import type { StoredRecord } from '../../../infrastructure/event-store-node/storage/record.ts'

function record(streamName: string, type: string): StoredRecord {
  const nothing = Buffer.alloc(0)
  const rest = { id: nothing, data: nothing, metadata: nothing, isJson: true, createdMs: 0 }
  return { position: 1, revision: 0, streamName, type, ...rest }
}

describe('a filter', () => {
  it.each<[string, EventFilter, boolean]>([
    ['type by prefix', { by: 'event-type', regex: '', prefixes: ['X', 'Bet'] }, true],
    ['type by other prefix', { by: 'event-type', regex: '', prefixes: ['Win'] }, false],
    ['prefixes match at the start only', { by: 'event-type', regex: '', prefixes: ['et'] }, false],
    ['stream by prefix', { by: 'stream-name', regex: '', prefixes: ['account-'] }, true],
    ['stream by expression', { by: 'stream-name', regex: '-\\d+$', prefixes: [] }, true],
    ['type by expression', { by: 'event-type', regex: '^[^$].*', prefixes: [] }, true],
    [
      'the expression counts, not the prefixes',
      { by: 'event-type', regex: '^W', prefixes: ['B'] },
      false,
    ],
  ])('%s', (_, filter, matches) => {
    expect(compileFilter(filter)(record('account-12', 'BetPlaced'))).toBe(matches)
  })

  it('leaves system events out when asked to', () => {
    const matches = compileFilter({ by: 'event-type', regex: '^[^$].*', prefixes: [] })
    expect(matches(record('$$account-12', '$metadata'))).toBe(false)
  })

  it.each([
    ['^my\\-stream', 'my-stream'],
    ['^[\\w-.]+$', 'my-stream.1'],
    ['(?i)^MY-', 'my-stream'],
    ['(?i)^my-[^x]', 'MY-S'],
    ['(?i)^[-a-c]+$', 'A-b'],
    ['(?i)\\u0041', 'A'],
    ['(?im)^É$', 'a\né'],
    ['^(?:Bet|Win)(?:Placed)?$', 'WinPlaced'],
    ['(?i)^(?<name>x)', 'X'],
    ['^[0-9a-f]{8}-', '0123abcd-'],
  ])('takes an ordinary expression of .NET: %s', (regex, streamName) => {
    expect(streamMatcher(regex)(record(streamName, 'BetPlaced'))).toBe(true)
  })

  it.each([
    ['(?i)^MY-', 'mine'],
    ['(?i)^[^x]$', 'X'],
    ['(?i)\\W', 'a'],
    ['^MY-', 'my-stream'],
  ])('does not match what it should not: %s', (regex, streamName) => {
    expect(streamMatcher(regex)(record(streamName, 'BetPlaced'))).toBe(false)
  })

  it.each(['^(a+)+$', '^(a|a)*$', '^(?:a?){16}(?:a?){16}a{16}a{16}$', '^a*a*a*a*a*a*a*$'])(
    'takes no longer than the name asks for: %s',
    (regex) => {
      const matches = streamMatcher(regex)
      const before = performance.now()
      expect(matches(record(`${'a'.repeat(40)}!`, 'BetPlaced'))).toBe(false)
      expect(matches(record(`${'a'.repeat(1_000)}!`, 'BetPlaced'))).toBe(false)
      expect(performance.now() - before).toBeLessThan(500)
    },
  )

  it.each([
    ['any text', '.*'.repeat(127), 'a'],
    ['any text, again and again', `(?:${'.*'.repeat(5)}){16}`, 'a'],
    ['groups', '(a*)'.repeat(63), 'a'],
    ['either case', `(?i)${'a'.repeat(250)}`, 'A'],
    ['classes', '\\W*'.repeat(80), '!'],
  ])('takes milliseconds for the longest of names at the very worst: %s', (_, regex, letter) => {
    const matches = streamMatcher(`${regex}b`)
    const name = record(letter.repeat(1_024), 'BetPlaced')
    expect(matches(name)).toBe(false)
    const tookMs = Array.from({ length: 5 }, () => {
      const before = performance.now()
      matches(name)
      return performance.now() - before
    })
    expect(Math.min(...tookMs)).toBeLessThan(40)
  })

  it('looks at the whole of any name, unless the expression is long', () => {
    const name = record(`${'a'.repeat(1_000)}x`, 'BetPlaced')
    expect(streamMatcher(`${'a?'.repeat(63)}x$`)(name)).toBe(true)
    expect(streamMatcher(`${'a?'.repeat(120)}x$`)(name)).toBe(false)
  })

  it('looks at the beginning of a huge event type alone', () => {
    const matches = compileFilter({ by: 'event-type', regex: 'x$', prefixes: [] })
    expect(matches(record('stream', 'x'.repeat(65_000)))).toBe(true)
    expect(matches(record('stream', `${'a'.repeat(1_024)}x`))).toBe(false)
  })

  it.each([
    '(',
    '[z-a]',
    '(a)\\1',
    '(?=a)b',
    '(?<!a)b',
    'a{17}',
    '(?x)a',
    '('.repeat(1_000),
    'a'.repeat(257),
    '(?:.*b){16}'.repeat(4),
    `(?:${'.*'.repeat(500)}){16}b`,
    '(?:a{2,8}){16}'.repeat(2),
  ])('refuses what is none, or needs more than an automaton: %s', (regex) => {
    expect(() => streamMatcher(regex)).toThrow(SyntaxError)
  })
})

function streamMatcher(regex: string) {
  return compileFilter({ by: 'stream-name', regex, prefixes: [] })
}
