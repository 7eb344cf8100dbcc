import { GraphQLError, Kind, type ValueNode } from '../graphql-js.ts'
import { builder } from './builder.ts'

/**
 * Scalars that lose no digit: all of them are strings on the wire, and a JSON number is refused,
 * because whoever wrote or relayed it may already have rounded it.
 */

const POSITION_PATTERN = /^(?:0|[1-9]\d{0,19})$/
const POSITION_MAX = 2n ** 64n - 1n

builder.scalarType('Decimal', {
  description: 'A decimal number as a string, such as "10.50"; a JSON number is refused.',
  serialize: (text) => text,
  ...fromString('must be a string such as "10.50", not a number', (text) => text),
})

builder.scalarType('Currency', {
  description: 'An ISO 4217 code, or that of a crypto currency: BCH, BTC, DOGE, ETH, LTC.',
  serialize: (text) => text,
  ...fromString('must be a currency code such as "EUR"', (text) => text),
})

builder.scalarType('Position', {
  description:
    'A place in the order of all events. Take it as opaque: it is for `minPosition`, so that a query ' +
    'shows what an earlier answer has acknowledged.',
  serialize: (position) => position.toString(),
  ...fromString('must be a position that an answer gave', (text) => {
    if (!POSITION_PATTERN.test(text)) return undefined
    const position = BigInt(text)
    return position <= POSITION_MAX ? position : undefined
  }),
})

builder.scalarType('BigInt', {
  description: 'A whole number of any size as a string of digits, with a minus sign below zero.',
  serialize: (value) => value.toString(),
  parseValue: neverGiven,
})

builder.scalarType('DateTime', {
  description: 'A moment in UTC, RFC 3339 with milliseconds, such as 2026-01-31T12:00:00.000Z.',
  serialize: (moment) => moment.toISOString(),
  parseValue: neverGiven,
})

/** Takes strings alone, from variables and from literals. `parse` answers undefined to refuse. */
function fromString<Value>(rule: string, parse: (text: string) => Value | undefined) {
  const parseValue = (value: unknown, nodes?: ValueNode): Value => {
    const parsed = typeof value === 'string' ? parse(value) : undefined
    if (parsed === undefined) throw new GraphQLError(rule, nodes && { nodes })
    return parsed
  }
  return {
    parseValue: (value: unknown) => parseValue(value),
    parseLiteral: (node: ValueNode) =>
      parseValue(node.kind === Kind.STRING ? node.value : undefined, node),
  }
}

function neverGiven(): never {
  throw new GraphQLError('is not taken as input')
}
