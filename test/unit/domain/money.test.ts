import { fc } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import {
  AMOUNT_LIMIT_MINOR,
  currencyCode,
  exponentOf,
  positiveMoney,
  toDecimal,
} from '../../../domain/index.ts'

const currencyByExponent = { 0: 'JPY', 2: 'EUR', 3: 'KWD', 8: 'BTC', 18: 'ETH' } as const
const currencies = Object.values(currencyByExponent)

const anyAmount = fc
  .tuple(
    fc.oneof(
      fc.bigInt({ min: 1n, max: 100_000n }),
      fc.bigInt({ min: 1n, max: AMOUNT_LIMIT_MINOR - 1n }),
    ),
    fc.constantFrom(...currencies),
  )
  .map(([minor, currency]) => ({ minor, currency }))

describe('a currency', () => {
  it.each(Object.entries(currencyByExponent))('with %s decimals: %s', (exponent, currency) => {
    expect(exponentOf(currency)).toBe(Number(exponent))
    expect(currencyCode.safeParse(currency).success).toBe(true)
  })

  it.each(['XXX', 'eur', '', ' EUR', 'EURO', 'toString', '€', 'E'.repeat(1_000_000), 978, null])(
    'that is not known is refused: %.10s',
    (code) => {
      expect(currencyCode.safeParse(code).success).toBe(false)
    },
  )

  it('that is not known has no exponent', () => {
    expect(() => exponentOf('X'.repeat(1_000))).toThrow(new RangeError('unknown currency XXXXXXXX'))
  })
})

describe('an amount', () => {
  it('printed and read again is the same, in every currency', () => {
    fc.assert(
      fc.property(anyAmount, (money) => {
        const printed = { amount: toDecimal(money), currency: money.currency }
        expect(positiveMoney.parse(printed)).toStrictEqual(money)
      }),
    )
  })

  it('is printed with exactly the decimals of its currency', () => {
    fc.assert(
      fc.property(anyAmount, fc.boolean(), ({ minor, currency }, isNegative) => {
        const printed = toDecimal({ minor: isNegative ? -minor : minor, currency })
        const decimals = printed.split('.')[1]?.length ?? 0
        expect(decimals).toBe(exponentOf(currency))
        expect(BigInt(printed.replace('.', ''))).toBe(isNegative ? -minor : minor)
      }),
    )
  })

  it.each([
    [0n, 'EUR', '0.00'],
    [1n, 'EUR', '0.01'],
    [-1n, 'EUR', '-0.01'],
    [-1_050n, 'EUR', '-10.50'],
    [0n, 'JPY', '0'],
    [1_050n, 'JPY', '1050'],
    [1n, 'ETH', '0.000000000000000001'],
  ])('of %s minor units of %s is printed %s', (minor, currency, printed) => {
    expect(toDecimal({ minor, currency })).toBe(printed)
  })

  it.each([
    ['10.50', 'EUR', 1_050n],
    ['10.5', 'EUR', 1_050n],
    ['10', 'EUR', 1_000n],
    ['007.50', 'EUR', 750n],
    ['0.01', 'EUR', 1n],
    ['1050', 'JPY', 1_050n],
    ['1.005', 'KWD', 1_005n],
    ['0.00000001', 'BTC', 1n],
    ['999999999.999999999999999999', 'ETH', AMOUNT_LIMIT_MINOR - 1n],
  ])('%s %s is read as %s minor units', (amount, currency, minor) => {
    expect(positiveMoney.parse({ amount, currency })).toStrictEqual({ minor, currency })
  })

  it.each([
    ['with too many decimals', '10.505', 'EUR', 'must have at most 2 decimals in EUR'],
    [
      'with too many decimals, be they zero',
      '10.500',
      'EUR',
      'must have at most 2 decimals in EUR',
    ],
    ['with decimals where there are none', '10.0', 'JPY', 'must have at most 0 decimals in JPY'],
    ['of zero', '0', 'EUR', 'must be greater than zero'],
    ['of zero with decimals', '0.00', 'EUR', 'must be greater than zero'],
    ['at the limit', '1000000000', 'ETH', 'is too large'],
    ['above the limit', '9'.repeat(28), 'EUR', 'is too large'],
  ])('%s is refused', (_, amount, currency, message) => {
    expect(issuesOf({ amount, currency })).toMatchObject([{ path: ['amount'], message }])
  })

  it.each([
    ...'-1 -0 +1 1e3 1E3 0x10 1_000 1,000.00 1,5 .5 5. 1.2.3 NaN Infinity null €1'.split(' '),
    ...'١٢ １２ १ ๑.๕ 1０ ² ½ −1'.split(' '),
    '',
    ' ',
    ' 1',
    '1 ',
    '1\n',
    '\t1',
    '1 0',
    '\u00a01',
    '1\u200b',
    '1\u0000',
    '9'.repeat(29),
    `1.${'0'.repeat(19)}`,
    '9'.repeat(1_000_000),
    1,
    1.5,
    1n,
    true,
    null,
    undefined,
    ['1'],
    { amount: '1' },
  ])('that is no plain decimal is refused: %.12s', (amount) => {
    const issues = issuesOf({ amount, currency: 'EUR' })
    expect(issues.length).toBeGreaterThan(0)
    expect(issues.every(({ path }) => path[0] === 'amount')).toBe(true)
  })

  it('in an unknown currency is refused at the currency', () => {
    expect(issuesOf({ amount: '1', currency: 'XXX' })).toMatchObject([{ path: ['currency'] }])
  })

  it('with anything beside it is refused', () => {
    expect(issuesOf({ amount: '1', currency: 'EUR', minor: 5n })).toHaveLength(1)
  })

  it('read from any text is a positive number of minor units, or refused', () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^[-+]?[0-9]{0,30}[.,eE]?[0-9]{0,20}$/))
    fc.assert(
      fc.property(text, fc.constantFrom(...currencies), (amount, currency) => {
        const read = positiveMoney.safeParse({ amount, currency })
        if (!read.success) return
        const { minor } = read.data
        expect(minor > 0n && minor < AMOUNT_LIMIT_MINOR).toBe(true)
        expect(withoutPadding(toDecimal(read.data))).toBe(withoutPadding(amount))
      }),
    )
  })
})

function issuesOf(input: unknown) {
  const read = positiveMoney.safeParse(input)
  return read.success ? [] : read.error.issues
}

/** The same number without zeros that say nothing. */
function withoutPadding(decimal: string): string {
  const [units = '', decimals = ''] = decimal.split('.')
  return `${units.replace(/^0+/, '')}.${decimals.replace(/0+$/, '')}`
}
