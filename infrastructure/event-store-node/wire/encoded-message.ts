import type { MessageReader } from '../../protobuf/index.ts'

/**
 * A message inside another one, still encoded. Should it be there several times, the parts together
 * are it: the protobuf rule for merging is the same as reading them one after the other.
 */
export function mergedWith(before: Buffer | undefined, reader: MessageReader): Buffer {
  const part = reader.bytes()
  return before === undefined ? part : Buffer.concat([before, part])
}

/** Passes over a message that says something by being there, and is read nevertheless. */
export function skipMessage(reader: MessageReader): void {
  const inner = reader.message()
  while (inner.next()) inner.skip()
}
