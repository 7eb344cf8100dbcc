import shared from '@eventstore/db-client/generated/shared_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js'
import { Client, type ClientReadableStream, credentials } from '@grpc/grpc-js'

/** A read whose messages stay bytes, so that the reader is never the slower side by decoding. */
export type RawRead = ClientReadableStream<Buffer>

const { path } = streamsGrpc.StreamsService.read

/** A connection of its own to a node, for as many reads as are wanted. */
export function rawConnection(port: number, name = 'raw') {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), {
    // Channels with equal options would share one connection.
    'grpc.primary_user_agent': name,
    'grpc.max_receive_message_length': -1,
  })
  return {
    read(request: streams.ReadReq): RawRead {
      const read = client.makeServerStreamRequest(path, serialize, (bytes) => bytes, request)
      read.on('error', () => undefined)
      return read
    },
    close() {
      client.close()
    },
  }
}

function serialize(request: streams.ReadReq): Buffer {
  return Buffer.from(request.serializeBinary())
}

/** Everything in `$all`, or in one stream, from its beginning. */
export function readOf(stream?: string): streams.ReadReq {
  const options = optionsFor(stream)
  options.setCount('9007199254740991')
  return requestWith(options)
}

/** Everything in `$all` of event types that begin with a text. */
export function readOfTypes(prefix: string): streams.ReadReq {
  const options = optionsFor(undefined)
  options.setCount('9007199254740991')
  const expression = new streams.ReadReq.Options.FilterOptions.Expression()
  expression.setPrefixList([prefix])
  const filter = new streams.ReadReq.Options.FilterOptions()
  filter.setEventType(expression)
  filter.setCount(new shared.Empty())
  options.setFilter(filter)
  return requestWith(options)
}

/** A subscription to what is yet to come in `$all`. */
export function liveSubscription(): streams.ReadReq {
  const options = optionsFor(undefined)
  options.getAll()?.setEnd(new shared.Empty())
  options.setSubscription(new streams.ReadReq.Options.SubscriptionOptions())
  return requestWith(options)
}

function requestWith(options: streams.ReadReq.Options): streams.ReadReq {
  const request = new streams.ReadReq()
  request.setOptions(options)
  return request
}

function optionsFor(stream: string | undefined): streams.ReadReq.Options {
  const uuids = new streams.ReadReq.Options.UUIDOption()
  uuids.setString(new shared.Empty())
  const options = new streams.ReadReq.Options()
  options.setReadDirection(streams.ReadReq.Options.ReadDirection.FORWARDS)
  options.setNoFilter(new shared.Empty())
  options.setUuidOption(uuids)
  if (stream === undefined) options.setAll(allFromStart())
  else options.setStream(streamFromStart(stream))
  return options
}

function allFromStart(): streams.ReadReq.Options.AllOptions {
  const all = new streams.ReadReq.Options.AllOptions()
  all.setStart(new shared.Empty())
  return all
}

function streamFromStart(name: string): streams.ReadReq.Options.StreamOptions {
  const identifier = new shared.StreamIdentifier()
  identifier.setStreamName(Buffer.from(name))
  const stream = new streams.ReadReq.Options.StreamOptions()
  stream.setStreamIdentifier(identifier)
  stream.setStart(new shared.Empty())
  return stream
}
