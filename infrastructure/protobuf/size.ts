/** Bytes that a varint takes. `value` must be a whole number from 0 to 2^53 - 1. */
export function varintBytes(value: number): number {
  if (value < 0x80) return 1
  if (value < 0x4000) return 2
  if (value < 0x20_0000) return 3
  if (value < 0x1000_0000) return 4
  let bytes = 5
  for (let rest = Math.floor(value / 2 ** 35); rest > 0; rest = Math.floor(rest / 0x80)) bytes += 1
  return bytes
}

/** Bytes of a length-delimited field (string, bytes, message) whose field number is below 16. */
export function fieldBytes(length: number): number {
  return 1 + varintBytes(length) + length
}
