import { badUserInput } from '../errors.ts'
import { kindOf } from '../received.ts'

/** Opaque, versioned cursors: the key of a row in its list, as whole numbers. */

const VERSION = 'v1'
const CURSOR_LENGTH_MAX = 256
const KEY_PATTERN = /^(?:0|[1-9]\d{0,19})$/

/** The largest number of each part of a key: what its column can hold. */
export const POSITION_MAX = 2n ** 64n - 1n
export const ENTRY_NUMBER_MAX = 2n ** 31n - 1n

/** The cursor of the row with this key. `list` names the list, so that no other takes the cursor. */
export function encodeCursor(list: string, key: readonly bigint[]): string {
  return Buffer.from([VERSION, list, ...key].join(' ')).toString('base64url')
}

/**
 * The key a cursor stands for.
 * @throws GraphQLError BAD_USER_INPUT when it is not a cursor of this list and version
 */
export function decodeCursor(
  list: string,
  maxima: readonly bigint[],
  cursor: string,
  path: string,
) {
  const [version, named, ...key] =
    cursor.length <= CURSOR_LENGTH_MAX ? Buffer.from(cursor, 'base64url').toString().split(' ') : []
  const isOurs = version === VERSION && named === list && key.length === maxima.length
  if (isOurs && key.every((part) => KEY_PATTERN.test(part))) {
    const numbers = key.map(BigInt)
    if (numbers.every((number, index) => number <= (maxima[index] ?? 0n))) return numbers
  }
  const rule = 'must be a cursor that this list gave'
  throw badUserInput(`${path} ${rule}`, [{ path, rule, received: kindOf(cursor) }])
}
