import shared from '@eventstore/db-client/generated/shared_pb.js'
import { describe, expect, it } from 'vitest'
import {
  encodeBatchError,
  encodeBatchWrongExpectedVersion,
} from '../../../infrastructure/event-store-node/services/streams/batch-append-refusal.ts'
import { collectTimeout } from '../../../infrastructure/event-store-node/services/streams/collect-timeout.ts'
import { streamDeleted } from '../../../infrastructure/event-store-node/wire/rpc-error.ts'
import { MessageReader } from '../../../infrastructure/protobuf/index.ts'

/** Fields that no reader can make sense of, cut off as they are. */
const REFERENCE = {
  correlationId: Buffer.from([0x12, 0x7f, 0x01]),
  streamIdentifier: Buffer.from([0x1a, 0x7f, 0x02]),
}

/** The fields of a message by their number. */
function fieldsOf(message: Buffer): Map<number, Buffer> {
  const fields = new Map<number, Buffer>()
  const reader = new MessageReader(message)
  while (reader.next()) fields.set(reader.field, reader.bytes())
  return fields
}

describe('the refusal of a batch append', () => {
  it.each([
    [
      'of another revision',
      encodeBatchWrongExpectedVersion(REFERENCE, { streamName: 's', expected: 1, current: 0 }),
    ],
    ['of a deleted stream', encodeBatchError(REFERENCE, streamDeleted('s'))],
    ['that came too late', encodeBatchError(REFERENCE, collectTimeout())],
  ])('%s repeats what belongs to it as it came, whatever that is', (_, refusal) => {
    const fields = fieldsOf(refusal)
    expect(fields.get(1)).toEqual(REFERENCE.correlationId)
    expect(fields.get(4)).toEqual(REFERENCE.streamIdentifier)
  })

  it('of a deleted stream says which one', () => {
    const identifier = new shared.StreamIdentifier()
    identifier.setStreamName(Buffer.from('gone'))
    const streamIdentifier = Buffer.from(identifier.serializeBinary())
    const refusal = encodeBatchError({ ...REFERENCE, streamIdentifier }, streamDeleted('gone'))
    const error = fieldsOf(refusal).get(2) ?? Buffer.alloc(0)
    expect(error.includes(streamIdentifier)).toBe(true)
  })
})
