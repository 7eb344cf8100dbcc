import type { WrittenMoney } from '../requests.ts'

/** The auditor's own reading of money: it shares none with what it audits. */

const decimalsOf = new Map([
  ['JPY', 0],
  ['EUR', 2],
  ['KWD', 3],
  ['BTC', 8],
  ['ETH', 18],
])

/** The currencies the simulation plays in. */
export const currencies: readonly string[] = [...decimalsOf.keys()]

/**
 * Decimals of a currency's minor unit.
 * @throws RangeError for a currency the simulation does not play in
 */
export function decimals(currency: string): number {
  const known = decimalsOf.get(currency)
  if (known === undefined) throw new RangeError(`the simulation has no ${currency}`)
  return known
}

/**
 * Minor units of an amount as it is written: "10.5" EUR is 1050.
 * @throws RangeError when it is no amount of the currency
 */
export function minorOf({ amount, currency }: WrittenMoney): bigint {
  const places = decimals(currency)
  const [units = '', fraction = '', ...rest] = amount.split('.')
  const isDigits = /^-?\d+$/.test(units) && /^\d*$/.test(fraction)
  if (!isDigits || fraction.length > places || rest.length > 0) {
    throw new RangeError(`${amount} is no amount of ${currency}`)
  }
  return BigInt(units + fraction.padEnd(places, '0'))
}

/** Writes minor units as a decimal number with all the currency's decimals. */
export function written(minor: bigint, currency: string): WrittenMoney {
  const places = decimals(currency)
  const digits = minor.toString().padStart(places + 1, '0')
  const cut = digits.length - places
  const amount = places === 0 ? digits : `${digits.slice(0, cut)}.${digits.slice(cut)}`
  return { amount, currency }
}
