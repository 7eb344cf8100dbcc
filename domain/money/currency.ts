import { z } from 'zod'

/**
 * Currency codes by exponent, the number of decimals of the minor unit: ISO 4217 list one, and the
 * crypto currencies casinos take (satoshi 8, wei 18).
 */
const codesByExponent = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF',
  2:
    'AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD ' +
    'CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD ' +
    'GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD ' +
    'MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP ' +
    'PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS ' +
    'TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG',
  3: 'BHD IQD JOD KWD LYD OMR TND',
  8: 'BCH BTC DOGE LTC',
  18: 'ETH',
} as const

const exponents = new Map<string, number>(
  Object.entries(codesByExponent).flatMap(([exponent, codes]) =>
    codes.split(' ').map((code): [string, number] => [code, Number(exponent)]),
  ),
)

/** A currency code countroom keeps accounts in: ISO 4217, or one of the crypto codes above. */
export const currencyCode = z
  .string()
  .max(8)
  .refine((code) => exponents.has(code), { message: 'is not a currency code known here' })

export type CurrencyCode = string

/**
 * The number of decimals of a currency's minor unit.
 * @throws RangeError for a code that is not known
 */
export function exponentOf(currency: CurrencyCode): number {
  const exponent = exponents.get(currency)
  if (exponent === undefined) throw new RangeError(`unknown currency ${currency.slice(0, 8)}`)
  return exponent
}
