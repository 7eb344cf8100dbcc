/** A user name and a password, as Basic authentication sends them (RFC 7617). */
export interface BasicCredentials {
  readonly name: string
  readonly password: string
}

const BASIC = /^basic +([A-Za-z0-9+/]+={0,2})$/i
/** More than the longest name and the longest password take in base64. */
const HEADER_LENGTH_MAX = 2_048
/** In UTF-8. */
const PASSWORD_BYTES_MAX = 1_024

/** What is wrong with a password to be, or undefined. */
export function flawOfPassword(password: string): string | undefined {
  if (password !== '' && Buffer.byteLength(password) <= PASSWORD_BYTES_MAX) return undefined
  return `a password has 1 to ${PASSWORD_BYTES_MAX} bytes`
}

/** Reads an `authorization` header; undefined when it is none of the Basic scheme. */
export function parseBasicCredentials(header: string): BasicCredentials | undefined {
  if (header.length > HEADER_LENGTH_MAX) return undefined
  const encoded = BASIC.exec(header)?.[1]
  if (encoded === undefined) return undefined
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  if (colon < 1) return undefined
  return { name: text.slice(0, colon), password: text.slice(colon + 1) }
}
