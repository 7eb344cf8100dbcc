import type { MessageReader } from '../../protobuf/index.ts'

const STRUCTURED = 1
const TEXT = 2
const MOST_SIGNIFICANT_BITS = 1
const LEAST_SIGNIFICANT_BITS = 2

/** Reads the message UUID, which servers send as text or as two 64-bit numbers. */
export function readUuid(reader: MessageReader): string {
  let uuid = ''
  while (reader.next()) {
    if (reader.field === TEXT) uuid = reader.text()
    else if (reader.field === STRUCTURED) uuid = readStructured(reader.message())
    else reader.skip()
  }
  return uuid
}

function readStructured(reader: MessageReader): string {
  let high = 0n
  let low = 0n
  while (reader.next()) {
    if (reader.field === MOST_SIGNIFICANT_BITS) high = reader.bigVarint()
    else if (reader.field === LEAST_SIGNIFICANT_BITS) low = reader.bigVarint()
    else reader.skip()
  }
  const hex = high.toString(16).padStart(16, '0') + low.toString(16).padStart(16, '0')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
