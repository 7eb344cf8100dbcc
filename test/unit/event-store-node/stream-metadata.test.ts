import { describe, expect, it } from 'vitest'
import {
  firstVisibleRevision,
  NO_METADATA,
  parseStreamMetadata,
  undeletedMetadata,
} from '../../../infrastructure/event-store-node/storage/stream-metadata.ts'

const parse = (json: string) => parseStreamMetadata(Buffer.from(json))
const undelete = (json: string) => undeletedMetadata(Buffer.from(json), 3)?.toString()

describe('stream metadata', () => {
  it.each([
    ['{"$maxCount":5}', { maxCount: 5 }],
    ['{"$maxAge":60,"own":true}', { maxAgeSeconds: 60 }],
    ['{"$tb":7}', { truncateBefore: 7 }],
    ['{"$maxCount":0,"$maxAge":-1,"$tb":-7}', {}],
    ['{"$maxCount":5,"$tb":1.5}', {}],
    ['{"$maxCount":5,"$tb":"1"}', {}],
    ['{"$maxCount":5,"$tb":null}', {}],
    ['{"$maxCount":5,"$tb":9223372036854775808}', {}],
    ['{"$maxCount":5,"$maxAge":922337203686}', {}],
    ['{"$maxCount":5,"$cacheControl":"long"}', {}],
    ['{"$maxCount":"5"}', {}],
    ['not json', {}],
    ['[1]', {}],
    ['null', {}],
  ])('%s', (json, says) => {
    expect(parse(json)).toEqual({ ...NO_METADATA, ...says })
  })

  it('knows a deleted stream by the exact digits', () => {
    expect(parse('{"$tb":9223372036854775807}').softDeleted).toBe(true)
    expect(parse('{ "$tb" : 9223372036854775807 }').softDeleted).toBe(true)
    expect(parse('{"$tb":9223372036854775806}').softDeleted).toBe(false)
    expect(parse('{"$tb":9223372036854775}').softDeleted).toBe(false)
  })

  it('keeps every other key, to the digit, when a stream lives again', () => {
    const json = '{"own":12345678901234567890,"$tb":9223372036854775807}'
    expect(undelete(json)).toBe('{"own":12345678901234567890,"$tb":3}')
  })

  it.each([
    ['{}', '{"$tb":3}'],
    ['{"a":1} ', '{"a":1,"$tb":3}'],
    ['{ "$tb" : 9, "a":1}', '{ "$tb" : 3, "a":1}'],
    ['{"own":{"$tb":1},"$tb":2}', '{"own":{"$tb":1},"$tb":3}'],
    ['{"$tb":"a, b"}', '{"$tb":3}'],
    ['no json', undefined],
  ])('of a stream that lives again: %s becomes %s', (json, becomes) => {
    expect(undelete(json)).toBe(becomes)
  })

  it.each([
    ['{}', 9, 0],
    ['{"$maxCount":3}', 9, 7],
    ['{"$maxCount":30}', 9, 0],
    ['{"$tb":4}', 9, 4],
    ['{"$maxCount":3,"$tb":8}', 9, 8],
    ['{"$maxCount":3,"$tb":2}', 9, 7],
  ])('%s with the last event at %i shows from %i on', (json, last, first) => {
    expect(firstVisibleRevision(parse(json), last)).toBe(first)
  })
})
