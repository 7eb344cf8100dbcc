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

  it('refuses an expression that is none', () => {
    expect(() => compileFilter({ by: 'event-type', regex: '(', prefixes: [] })).toThrow(SyntaxError)
  })
})
