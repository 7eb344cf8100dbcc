/** A user name and a password, as Basic authentication sends them (RFC 7617). */
export interface BasicCredentials {
  readonly name: string
  readonly password: string
}

const BASIC = /^basic +([A-Za-z0-9+/]+={0,2})$/i
const HEADER_LENGTH_MAX = 2_048

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
