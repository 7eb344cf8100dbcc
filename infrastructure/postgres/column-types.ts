import { TypeOverrides } from 'pg'

const oid = { int8: 20, numeric: 1700, date: 1082, timestamp: 1114 }
const arrayOid = { int8: 1016, numeric: 1231, date: 1182 }

/**
 * How values come out of Postgres. Integers beyond 2^53 and money stay exact, and no value depends
 * on the time zone of the host:
 *
 * - `bigint` and `numeric` are a BigInt. A numeric holds whole numbers here, minor units beyond the
 *   range of bigint or the sum of bigints; one with a fraction is an error, not a rounded number.
 *   Cast to text where a fraction is meant (an average, say).
 * - `date` and `timestamp` (without time zone) are the string Postgres writes; `timestamptz` is a Date.
 */
export function columnTypes(): TypeOverrides {
  const overrides = new TypeOverrides()
  overrides.setTypeParser(oid.int8, BigInt)
  overrides.setTypeParser(oid.numeric, wholeNumber)
  overrides.setTypeParser(oid.date, String)
  overrides.setTypeParser(oid.timestamp, String)
  overrides.setTypeParser(arrayOid.int8, arrayOf(BigInt))
  overrides.setTypeParser(arrayOid.numeric, arrayOf(wholeNumber))
  overrides.setTypeParser(arrayOid.date, arrayOf(String))
  return overrides
}

function wholeNumber(text: string): bigint {
  const [whole, fraction = ''] = text.split('.')
  if (whole === undefined || !/^-?\d+$/.test(whole) || !/^0*$/.test(fraction)) {
    throw new Error(`a numeric that is no whole number cannot be read as BigInt: cast it to text`)
  }
  return BigInt(whole)
}

/** Arrays of one dimension, whose values need no quotes: `{1,NULL,3}`. */
function arrayOf<Value>(parse: (text: string) => Value): (text: string) => (Value | null)[] {
  return (text) => {
    const inner = text.slice(1, -1)
    if (inner === '') return []
    return inner.split(',').map((item) => (item === 'NULL' ? null : parse(item)))
  }
}
