import shared from '@eventstore/db-client/generated/shared_pb.js'
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js'
import streams, { type AppendResp } from '@eventstore/db-client/generated/streams_pb.js'
import { credentials } from '@grpc/grpc-js'
import { randomUUID } from 'node:crypto'

export interface RawEvent {
  readonly stream: string
  readonly type: string
  /** Both are stored as they are, and said to be JSON. */
  readonly data: string
  readonly metadata: string
}

/** Appends an event that no client would: servers do not look into what is said to be JSON. */
export async function appendRaw(
  port: number,
  { stream, type, data, metadata }: RawEvent,
): Promise<{ readonly id: string; readonly position: bigint }> {
  const id = randomUUID()
  const options = new streams.AppendReq.Options()
    .setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from(stream)))
    .setAny(new shared.Empty())
  const message = new streams.AppendReq.ProposedMessage()
    .setId(new shared.UUID().setString(id))
    .setData(Buffer.from(data))
    .setCustomMetadata(Buffer.from(metadata))
  message.getMetadataMap().set('type', type).set('content-type', 'application/json')
  const client = new streamsGrpc.StreamsClient(`127.0.0.1:${port}`, credentials.createInsecure())
  try {
    const response = await new Promise<AppendResp>((resolve, reject) => {
      const call = client.append((error, answer) => {
        if (error) reject(error)
        else resolve(answer)
      })
      call.write(new streams.AppendReq().setOptions(options))
      call.write(new streams.AppendReq().setProposedMessage(message))
      call.end()
    })
    const position = response.getSuccess()?.getPosition()?.getCommitPosition()
    if (position === undefined) throw new Error('the event was not stored')
    return { id, position: BigInt(position) }
  } finally {
    client.close()
  }
}
