import { describe, expect, test } from 'vitest'
import { GraphQLScalarType, parseValue } from '../../../api/graphql-js.ts'
import { schema } from '../../../api/schema/schema.ts'

function scalar(name: string): GraphQLScalarType {
  const type = schema.getType(name)
  if (type instanceof GraphQLScalarType) return type
  throw new Error(`no scalar ${name}`)
}

const literal = (name: string, text: string) => scalar(name).parseLiteral(parseValue(text))

describe('Decimal', () => {
  test('is taken and given as it is written', () => {
    expect(scalar('Decimal').parseValue('10.50')).toBe('10.50')
    expect(literal('Decimal', '"10.50"')).toBe('10.50')
    expect(scalar('Decimal').serialize('10.50')).toBe('10.50')
  })

  test.each([10.5, 10, null, true, ['10.50'], {}])('is no JSON value but a string: %j', (value) => {
    expect(() => scalar('Decimal').parseValue(value)).toThrow('must be a string such as "10.50"')
  })

  test.each(['10.5', '10', 'true', 'EUR', '["10.50"]'])(
    'is no literal but a string: %s',
    (text) => {
      expect(() => literal('Decimal', text)).toThrow('must be a string such as "10.50"')
    },
  )
})

describe('Position', () => {
  test('is a whole number of 64 bits', () => {
    expect(scalar('Position').parseValue('0')).toBe(0n)
    expect(scalar('Position').parseValue('18446744073709551615')).toBe(2n ** 64n - 1n)
    expect(scalar('Position').serialize(2n ** 64n - 1n)).toBe('18446744073709551615')
  })

  test.each([
    '18446744073709551616',
    '-1',
    '+1',
    '01',
    '1.0',
    '1e3',
    ' 1',
    '',
    '9'.repeat(100_000),
    1,
  ])('is nothing else', (value) => {
    expect(() => scalar('Position').parseValue(value)).toThrow('must be a position')
  })
})

describe('output', () => {
  test('BigInt gives every digit', () => {
    expect(scalar('BigInt').serialize(-(10n ** 26n) - 1n)).toBe('-100000000000000000000000001')
  })

  test('DateTime gives milliseconds in UTC', () => {
    expect(scalar('DateTime').serialize(new Date(0))).toBe('1970-01-01T00:00:00.000Z')
  })

  test.each(['BigInt', 'DateTime'])('%s is not taken as input', (name) => {
    expect(() => scalar(name).parseValue('1')).toThrow('not taken as input')
  })
})
