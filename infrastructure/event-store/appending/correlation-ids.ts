import { randomUUID } from 'node:crypto'

/** In a UUID, the last 12 hexadecimal digits follow these. */
const PREFIX_LENGTH = 24

/** Makes ids in the form of a UUID, each once: the beginning is random, the end counts. */
export function correlationIds(): () => string {
  const prefix = randomUUID().slice(0, PREFIX_LENGTH)
  let count = 0
  return () => {
    count += 1
    return prefix + count.toString(16).padStart(12, '0')
  }
}
