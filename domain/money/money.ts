import { z } from 'zod'
import { type CurrencyCode, currencyCode, exponentOf } from './currency.ts'

/** An amount in minor units (cents, satoshi, wei) of a currency. */
export interface Money {
  readonly minor: bigint
  readonly currency: CurrencyCode
}

/**
 * No single amount reaches this many minor units (a thousand million ETH), so that sums stay within
 * the 38 digits the read models keep.
 */
export const AMOUNT_LIMIT_MINOR = 10n ** 27n

/** Minor units in events: decimal digits as a string, since JSON numbers lose digits. */
export const minorUnits = z.codec(z.string().regex(/^-?\d{1,38}$/), z.bigint(), {
  decode: (digits) => BigInt(digits),
  encode: (minor) => minor.toString(),
})

/** Money as it stands in events. */
export const money = z.object({ minor: minorUnits, currency: currencyCode })

const AMOUNT_PATTERN = /^(\d{1,28})(?:\.(\d{1,18}))?$/
const AMOUNT_LENGTH_MAX = 48

/**
 * Money as a caller writes it: a decimal string and a currency code, greater than zero. Refused:
 * signs, exponents, white space, more decimals than the currency has, and amounts at or above
 * AMOUNT_LIMIT_MINOR. Each issue is reported at the path of the field it concerns.
 */
export const positiveMoney = z
  .strictObject({
    amount: z
      .string()
      .max(AMOUNT_LENGTH_MAX, 'must be at most 48 characters long')
      .regex(AMOUNT_PATTERN, 'must be a decimal number such as 10.50, without sign or exponent'),
    currency: currencyCode,
  })
  .transform(({ amount, currency }, context): Money => {
    const refuse = (message: string): never => {
      context.addIssue({ code: 'custom', path: ['amount'], message })
      return z.NEVER
    }
    const exponent = exponentOf(currency)
    const [, units = '', decimals = ''] = AMOUNT_PATTERN.exec(amount) ?? []
    if (decimals.length > exponent) {
      return refuse(`must have at most ${exponent} decimals in ${currency}`)
    }
    const minor = BigInt(units + decimals.padEnd(exponent, '0'))
    if (minor <= 0n) return refuse('must be greater than zero')
    if (minor >= AMOUNT_LIMIT_MINOR) return refuse('is too large')
    return { minor, currency }
  })

/** The decimal string of an amount with exactly the currency's decimals: 1050n EUR is "10.50". */
export function toDecimal({ minor, currency }: Money): string {
  const exponent = exponentOf(currency)
  const sign = minor < 0n ? '-' : ''
  const digits = (minor < 0n ? -minor : minor).toString().padStart(exponent + 1, '0')
  const units = digits.slice(0, digits.length - exponent)
  return exponent === 0 ? sign + units : `${sign}${units}.${digits.slice(-exponent)}`
}
