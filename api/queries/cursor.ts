import { badUserInput } from '../errors.ts'
import { kindOf } from '../received.ts'

/** Opaque, versioned cursors: the key of a row in its list, as whole numbers. */

const VERSION = 'v1'
const CURSOR_LENGTH_MAX = 256
const KEY_PATTERN = /^(?:0|-?[1-9]\d{0,19})$/

/** The cursor of the row with this key. `list` names the list, so that no other takes the cursor. */
export function encodeCursor(list: string, key: readonly bigint[]): string {
  return Buffer.from([VERSION, list, ...key].join(' ')).toString('base64url')
}

/**
 * The key a cursor stands for.
 * @throws GraphQLError BAD_USER_INPUT when it is not a cursor of this list and version
 */
export function decodeCursor(list: string, keyLength: number, cursor: string, path: string) {
  const [version, named, ...key] =
    cursor.length <= CURSOR_LENGTH_MAX ? Buffer.from(cursor, 'base64url').toString().split(' ') : []
  const isOurs = version === VERSION && named === list && key.length === keyLength
  if (isOurs && key.every((part) => KEY_PATTERN.test(part))) return key.map(BigInt)
  const rule = 'must be a cursor that this list gave'
  throw badUserInput(`${path} ${rule}`, [{ path, rule, received: kindOf(cursor) }])
}
