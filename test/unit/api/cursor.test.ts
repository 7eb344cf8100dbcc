import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { decodeCursor, encodeCursor } from '../../../api/queries/cursor.ts'

const encoded = (text: string) => Buffer.from(text).toString('base64url')
const part = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })

test.prop([fc.array(part, { minLength: 1, maxLength: 3 })])(
  'a cursor is read as its key',
  (key) => {
    expect(
      decodeCursor(
        'list',
        key.map(() => 2n ** 64n - 1n),
        encodeCursor('list', key),
        'after',
      ),
    ).toStrictEqual(key)
  },
)

test.prop([fc.string()])('any other text is refused, and not echoed', (text) => {
  expect(() => decodeCursor('list', [9n], text, 'after')).toThrow('after must be a cursor')
})

describe('a cursor is refused', () => {
  const refused = expect.objectContaining({
    extensions: { code: 'BAD_USER_INPUT', fields: [expect.objectContaining({ path: 'before' })] },
  }) as object

  it.each([
    ['of another list', encodeCursor('other', [1n])],
    ['of another version', encoded('v2 list 1')],
    ['with too many parts', encodeCursor('list', [1n, 2n])],
    ['with too few parts', encodeCursor('list', [])],
    ['with a part that is no number', encoded('v1 list 1x')],
    ['with a part that is written otherwise', encoded('v1 list 01')],
    ['with a number beyond all columns', encoded(`v1 list ${'9'.repeat(30)}`)],
    ['with a number beyond its column', encodeCursor('list', [10n])],
    ['with a number below zero', encodeCursor('list', [-1n])],
    ['that is huge', 'A'.repeat(100_000)],
  ])('%s', (_name, cursor) => {
    expect(() => decodeCursor('list', [9n], cursor, 'before')).toThrow(refused)
  })
})
