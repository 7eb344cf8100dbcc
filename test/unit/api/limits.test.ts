import { describe, expect, test } from 'vitest'
import { limitsRule } from '../../../api/graphql/limits.ts'
import { parse, validate } from '../../../api/graphql-js.ts'
import { schema } from '../../../api/schema/schema.ts'

const refusals = (text: string) =>
  validate(schema, parse(text), [limitsRule]).map(({ message }) => message)
const times = (count: number, text: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => text(n)).join(' ')
const nested = (levels: number) => `${'{ a '.repeat(levels)}${'}'.repeat(levels)}`

describe('at its limit a text is taken, one beyond it is refused:', () => {
  test.each<[string, number, (count: number) => string]>([
    ['levels', 16, nested],
    ['levels', 16, (count) => `{ ...F } fragment F on Query ${nested(count)}`],
    ['fields', 1000, (count) => `{ a { ${times(count - 1, () => 'b')} } }`],
    ['fields at its root', 20, (count) => `{ ${times(count, () => 'a')} }`],
    ['fields at its root', 20, (count) => `{ ... on Query { ${times(count, () => 'a')} } }`],
    ['aliases', 30, (count) => `{ x { ${times(count, (n) => `a${n}: a`)} } }`],
    ['directives', 30, (count) => `{ a ${times(count, () => '@d')} }`],
  ])('%s', (what, limit, text) => {
    expect(refusals(text(limit))).toStrictEqual([])
    expect(refusals(text(limit + 1))).toStrictEqual([`The request has more than ${limit} ${what}`])
  })
})

test('fragments that multiply are counted as what they become, in no time', () => {
  const startedAt = performance.now()
  const fragments = times(
    50,
    (n) => `fragment F${n} on Query { ${n === 49 ? 'a { b }' : times(9, () => `...F${n + 1}`)} }`,
  )

  expect(refusals(`{ ...F0 } ${fragments}`)).toContain('The request has more than 1000 fields')
  expect(performance.now() - startedAt).toBeLessThan(500)
})

test('fragments that contain themselves come to an end', () => {
  expect(refusals('{ ...A } fragment A on Query { b ...A }')).toStrictEqual([])
})
