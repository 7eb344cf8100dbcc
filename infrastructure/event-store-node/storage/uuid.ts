const UUID_BYTES = 16

/** The 16 bytes of a UUID in its text form; undefined when it is none. */
export function parseUuid(text: string): Buffer | undefined {
  const bytes = uuidBytes(text)
  return text.length === 36 && bytes.length === UUID_BYTES ? bytes : undefined
}

/** The 16 bytes of a UUID that is known to be one. */
export function uuidBytes(text: string): Buffer {
  return Buffer.from(text.replaceAll('-', ''), 'hex')
}

/** The text form of 16 bytes. */
export function uuidText(bytes: Buffer): string {
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
